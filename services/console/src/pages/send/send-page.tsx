import { useSearch } from "@tanstack/react-router";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { useMay, useSession } from "../../app/session.ts";
import { Card } from "../../ui/card.tsx";
import { TextField } from "../../ui/field.tsx";
import { Page, Stack } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { AudienceCard } from "./audience-card.tsx";
import { ContentCard } from "./content-card.tsx";
import type { Draft } from "./draft.ts";
import { DraftsBar } from "./drafts-bar.tsx";
import { useDrafts } from "./drafts-store.ts";
import { DryRunCard } from "./dry-run-card.tsx";
import { HowCard } from "./how-card.tsx";
import { PreviewCard } from "./preview-card.tsx";
import styles from "./send-page.module.css";
import { useDryRun } from "./use-dry-run.ts";
import { WhenCard } from "./when-card.tsx";

/** How a card changes a draft. */
export type ChangeDraft = (change: Partial<Draft>) => void;

/** Writing a blast: whom, what, how, when; beside it how it will look and what it will cost. */
export function SendPage() {
  const may = useMay(Role.SENDER);
  const { agency } = useSession();
  const { draft: id, list, template } = useSearch({ from: "/shell/send" });
  if (!may)
    return (
      <Page title="New blast">
        <EmptyState title="You may look, but not send">
          {agency === undefined
            ? "Choose the agency that you want to act for, at the top of the navigation."
            : "Sending takes the role of a sender. An admin of your agency can give it to you in the settings."}
        </EmptyState>
      </Page>
    );
  if (id === undefined) return null;
  return <Writing key={id} id={id} {...(list ? { list } : {})} {...(template ? { template } : {})} />;
}

function Writing({ id, list, template }: { id: string; list?: string; template?: string }) {
  const drafts = useDrafts();
  const draft = begun(drafts.open(id), list, template);
  const change: ChangeDraft = (part) => drafts.save(draft, part);
  const dryRun = useDryRun(draft);
  return (
    <Page
      title="New blast"
      lead="The draft saves itself in this browser as you write."
      actions={<DraftsBar drafts={drafts} draft={draft} />}
    >
      <div className={styles.columns}>
        <Stack gap={5}>
          <Card>
            <TextField
              label="Name"
              hint="For you and your colleagues; customers do not see it."
              value={draft.name}
              maxLength={200}
              placeholder="Hurricane Wanda: be prepared"
              onChange={(event) => change({ name: event.target.value })}
            />
          </Card>
          <AudienceCard draft={draft} change={change} />
          <ContentCard draft={draft} change={change} />
          <HowCard draft={draft} change={change} />
          <WhenCard draft={draft} change={change} />
        </Stack>
        <div className={styles.beside}>
          <DryRunCard draft={draft} dryRun={dryRun} onSent={() => drafts.remove(draft.id)} />
          <PreviewCard draft={draft} dryRun={dryRun} />
        </div>
      </div>
    </Page>
  );
}

/** A link may begin a draft with a list or a template; what was chosen since counts more. */
function begun(draft: Draft, list: string | undefined, template: string | undefined): Draft {
  const untouchedAudience = draft.audience.kind === "list" && draft.audience.listId === "";
  return {
    ...draft,
    ...(list !== undefined && untouchedAudience ? { audience: { kind: "list" as const, listId: list } } : {}),
    ...(template !== undefined && draft.templateId === "" ? { templateId: template } : {}),
  };
}
