import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { Link } from "@tanstack/react-router";
import { CreditCard, Plus } from "lucide-react";
import { useState } from "react";
import { AgencyService, type LedgerEntry } from "#gen/fanfare/api/v1/agency_pb.js";
import { useSession } from "../../app/session.ts";
import { queryClient } from "../../connect/query-client.ts";
import { count } from "../../format/numbers.ts";
import { Time } from "../../format/time.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card, Figure, Figures } from "../../ui/card.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { BalancePlot } from "./balance-plot.tsx";
import { TopUpDialog } from "./top-up-dialog.tsx";

const pageRows = 50;
const refreshMs = 10_000;

/** What the agency can spend, what is promised, and every entry that made it so. */
export function CreditsPage() {
  const { operator } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <Page
      title="Credits"
      lead="One credit is one mail that the provider accepts. What is skipped or rejected comes back."
      actions={
        operator ? (
          <Button look="primary" icon={<Plus size={16} />} onClick={() => setOpen(true)}>
            Top up
          </Button>
        ) : undefined
      }
    >
      <Balance operator={operator} />
      <Ledger />
      {open ? (
        <TopUpDialog onClose={() => setOpen(false)} onChange={() => void queryClient.invalidateQueries()} />
      ) : null}
    </Page>
  );
}

function Balance({ operator }: { operator: boolean }) {
  const { data, error, refetch } = useQuery(
    AgencyService.method.getCredits,
    {},
    { refetchInterval: refreshMs },
  );
  if (data === undefined)
    return (
      <Card>
        {error === null ? (
          <Loading lines={2} label="Loading the balance" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )}
      </Card>
    );
  return (
    <>
      <Card>
        <Figures>
          <Figure label="Balance" value={count(data.balance)} hint="to spend now" />
          <Figure label="Reserved" value={count(data.reserved)} hint="for deliveries under way" />
          <Figure
            label="Both"
            value={count(data.balance + data.reserved)}
            hint={operator ? "You may top it up." : "To get more, ask the operator of this platform."}
          />
        </Figures>
      </Card>
      <BalancePlot balance={data.balance} reserved={data.reserved} />
    </>
  );
}

const kinds: Record<string, { label: string; tone: Tone; meaning: string }> = {
  top_up: { label: "Top-up", tone: "good", meaning: "Credits were added." },
  reserve: { label: "Reserved", tone: "info", meaning: "A blast started and set aside what it may cost." },
  settle: { label: "Spent", tone: "neutral", meaning: "The provider accepted mails." },
  release: { label: "Came back", tone: "accent", meaning: "Mails were skipped or rejected after all." },
};

const columns: readonly Column<LedgerEntry>[] = [
  { name: "When", cell: ({ at }) => <Time at={at} style="second" /> },
  {
    name: "Entry",
    cell: ({ kind }) => (
      <span title={kinds[kind]?.meaning}>
        <Badge tone={kinds[kind]?.tone ?? "neutral"}>{kinds[kind]?.label ?? kind}</Badge>
      </span>
    ),
  },
  { name: "For", grow: true, wide: true, cell: (entry) => <What entry={entry} /> },
  { name: "Balance", numeric: true, cell: ({ amount }) => signed(amount) },
  { name: "Reserved", numeric: true, cell: ({ reserved }) => signed(reserved) },
];

function What({ entry: { blastId, note, kind } }: { entry: LedgerEntry }) {
  if (blastId === "") return note || <span className="muted">{kinds[kind]?.meaning}</span>;
  return (
    <>
      <Link to="/blasts/$blastId" params={{ blastId }}>
        A blast
      </Link>{" "}
      <span className="muted">{note || kinds[kind]?.meaning}</span>
    </>
  );
}

const signed = (value: bigint): string =>
  value > 0n ? `+${count(value)}` : value === 0n ? "–" : count(value);

function Ledger() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    AgencyService.method.listLedger,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const entries = data?.pages.flatMap((page) => page.entries);
  return (
    <>
      <Card flush title="Ledger">
        {entries === undefined ? (
          error === null ? (
            <Loading lines={6} label="Loading the ledger" />
          ) : (
            <ErrorState error={error} retry={() => void refetch()} />
          )
        ) : entries.length === 0 ? (
          <EmptyState icon={<CreditCard size={22} />} title="No entries yet">
            The first top-up opens the ledger.
          </EmptyState>
        ) : (
          <Table caption="Ledger, newest first" columns={columns} rows={entries} keyOf={({ id }) => id} />
        )}
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older entries
          </Button>
        </Row>
      ) : null}
    </>
  );
}
