import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ShieldCheck, ShieldPlus } from "lucide-react";
import { type FormEvent, useCallback, useMemo, useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { CustomerService, type Suppression } from "#gen/fanfare/api/v1/customer_pb.js";
import { useMay } from "../../../app/session.ts";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { TextField } from "../../../ui/field.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { type VirtualColumn, VirtualTable } from "../../../ui/virtual-table.tsx";
import { CustomersNav } from "../customers-nav.tsx";
import { sourceWords, suppressionWords } from "../words.ts";
import { AddSuppressionDialog } from "./add-suppression-dialog.tsx";
import { RemoveSuppressionDialog } from "./remove-suppression-dialog.tsx";
import styles from "./suppressions-page.module.css";

const firstRows = 100;
const pageRows = 500;

/** Addresses that are not mailed, and why; the agency's, whoever the customer is. */
export function SuppressionsPage() {
  const may = useMay(Role.SENDER);
  const { email } = useSearch({ from: "/shell/customers/suppressions" });
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Suppression>();
  const add = (
    <Button icon={<ShieldPlus size={16} />} onClick={() => setAdding(true)}>
      Suppress an address
    </Button>
  );
  return (
    <Page
      title="Suppressions"
      lead="Addresses that are not mailed, whatever list they are on."
      actions={may ? add : undefined}
    >
      <CustomersNav />
      <Card flush>
        <Find key={email} email={email ?? ""} />
        <Found email={email ?? ""} may={may} onRemove={setRemoving} />
      </Card>
      {adding ? <AddSuppressionDialog onClose={() => setAdding(false)} /> : null}
      {removing === undefined ? null : (
        <RemoveSuppressionDialog suppression={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Page>
  );
}

function Find({ email }: { email: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(email);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    void navigate({ to: "/customers/suppressions", search: wanted === "" ? {} : { email: wanted } });
  };
  return (
    <search className={styles.find}>
      <form onSubmit={submit} className={styles.form}>
        <TextField
          label="A whole e-mail address"
          hideLabel
          type="search"
          placeholder="Is this address suppressed? ann@example.com"
          maxLength={320}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit">Look up</Button>
      </form>
    </search>
  );
}

function Found({
  email,
  may,
  onRemove,
}: {
  email: string;
  may: boolean;
  onRemove: (suppression: Suppression) => void;
}) {
  const query = useInfiniteQuery(
    CustomerService.method.listSuppressions,
    { email, page: { size: firstRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      structuralSharing: false,
      refetchOnWindowFocus: false,
    },
  );
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.suppressions), [data]);
  const readMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const shown = useMemo(() => (may ? [...columns, removeColumn(onRemove)] : columns), [may, onRemove]);
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (rows === undefined) return <Loading lines={8} label="Loading the suppressions" />;
  if (rows.length === 0)
    return (
      <EmptyState
        icon={<ShieldCheck size={22} />}
        title={email === "" ? "Nobody is suppressed" : "This address is not suppressed"}
        action={email === "" ? undefined : <LinkButton to="/customers/suppressions">Show all</LinkButton>}
      >
        {email === ""
          ? "Whoever opts out, bounces or complains appears here by itself, and gets no more mail."
          : `${email} is mailed like any other.`}
      </EmptyState>
    );
  return (
    <VirtualTable
      caption="Suppressions"
      columns={shown}
      rows={rows}
      {...(hasNextPage ? {} : { total: rows.length })}
      keyOf={(row) => `${row.email} ${row.reason}`}
      more={hasNextPage}
      onMore={readMore}
    />
  );
}

const columns: readonly VirtualColumn<Suppression>[] = [
  { name: "Address", width: "minmax(140px, 2fr)", cell: (row) => row.email },
  {
    name: "Why",
    width: "116px",
    cell: ({ reason }) => (
      <span title={suppressionWords[reason].meaning}>
        <Badge tone={suppressionWords[reason].tone}>{suppressionWords[reason].word}</Badge>
      </span>
    ),
  },
  {
    name: "How we know",
    width: "minmax(110px, 1.2fr)",
    wide: true,
    cell: (row) => (row.source === "" ? <span className="muted">–</span> : `Told ${sourceWords(row.source)}`),
  },
  { name: "Since", width: "168px", wide: true, cell: (row) => <Time at={row.since} /> },
];

function removeColumn(onRemove: (suppression: Suppression) => void): VirtualColumn<Suppression> {
  return {
    name: "Actions",
    hideName: true,
    width: "112px",
    numeric: true,
    cell: (row) => (
      <Button
        look="quiet"
        aria-label={`Remove the suppression of ${row.email}`}
        onClick={() => onRemove(row)}
      >
        Remove
      </Button>
    ),
  };
}
