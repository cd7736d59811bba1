import { useQuery } from "@connectrpc/connect-query";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { count } from "../../format/numbers.ts";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import type { AudienceChoice, Draft } from "./draft.ts";
import { AudienceCount } from "./audience-count.tsx";
import { FilterBuilder } from "./filter-builder.tsx";
import { PasteAudience } from "./paste-audience.tsx";
import type { ChangeDraft } from "./send-page.tsx";

// Every list of nearly any agency; those beyond are found on the customers' page.
const maxLists = 1_000;

const kinds = [
  { key: "list", label: "A list" },
  { key: "filter", label: "Everybody that fits" },
  { key: "paste", label: "Paste or file" },
] as const;

const fresh: Record<AudienceChoice["kind"], AudienceChoice> = {
  list: { kind: "list", listId: "" },
  filter: { kind: "filter", conditions: [] },
  paste: { kind: "paste", text: "", listId: "" },
};

/** Whom the blast is for, with a count that follows the choice. */
export function AudienceCard({ draft, change }: { draft: Draft; change: ChangeDraft }) {
  const { audience } = draft;
  const choose = (next: AudienceChoice) => change({ audience: next });
  return (
    <Card title="Audience" actions={<AudienceCount choice={audience} />}>
      <Stack gap={4}>
        <Segmented
          label="How the audience is chosen"
          value={audience.kind}
          choices={kinds}
          onChange={(kind) => (kind === audience.kind ? undefined : choose(fresh[kind]))}
        />
        {audience.kind === "list" ? (
          <ListChoice listId={audience.listId} choose={(listId) => choose({ kind: "list", listId })} />
        ) : audience.kind === "filter" ? (
          <FilterBuilder
            conditions={audience.conditions}
            onChange={(conditions) => choose({ kind: "filter", conditions })}
          />
        ) : (
          <PasteAudience choice={audience} onChange={choose} />
        )}
      </Stack>
    </Card>
  );
}

function ListChoice({ listId, choose }: { listId: string; choose: (listId: string) => void }) {
  const { data, error } = useQuery(CustomerService.method.listCustomerLists, { page: { size: maxLists } });
  return (
    <SelectField
      label="Customer list"
      value={listId}
      onChange={(event) => choose(event.target.value)}
      error={error === null ? undefined : "The lists could not be read; reload the page."}
      hint={data?.lists.length === 0 ? "There is no list yet. Paste addresses, or import a file." : undefined}
    >
      <option value="">Choose a list</option>
      {data?.lists.map((list) => (
        <option key={list.id} value={list.id}>
          {list.name} ({count(list.size)})
        </option>
      ))}
    </SelectField>
  );
}
