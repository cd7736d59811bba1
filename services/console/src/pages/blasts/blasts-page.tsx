import { useInfiniteQuery } from "@connectrpc/connect-query";
import { Megaphone } from "lucide-react";
import { type Blast, BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { useMay } from "../../app/session.ts";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { count } from "../../format/numbers.ts";
import { Time } from "../../format/time.tsx";
import { Button } from "../../ui/button.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { BalanceBar } from "./balance-bar.tsx";
import { BlastStateBadge } from "./blast-state-badge.tsx";

// A blast that runs changes by the second; the list looks again as long as it is open.
const refreshMs = 5_000;

const columns: readonly Column<Blast>[] = [
  { name: "Blast", grow: true, cell: (blast) => <strong>{blast.name}</strong> },
  { name: "State", cell: (blast) => <BlastStateBadge state={blast.state} /> },
  { name: "Progress", cell: (blast) => <BalanceBar sheet={blast.balanceSheet} />, wide: true },
  { name: "Customers", numeric: true, cell: (blast) => count(blast.balanceSheet?.audience ?? 0) },
  { name: "Accepted", numeric: true, wide: true, cell: (blast) => count(blast.balanceSheet?.accepted ?? 0) },
  { name: "Sent", wide: true, cell: (blast) => <Time at={blast.acceptedAt} /> },
];

/** All blasts of the agency, the newest first. */
export function BlastsPage() {
  const maySend = useMay(Role.SENDER);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    BlastService.method.listBlasts,
    { page: { size: 50, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) => (page?.nextToken ? { size: 50, token: page.nextToken } : undefined),
      refetchInterval: refreshMs,
    },
  );
  const blasts = data?.pages.flatMap((page) => page.blasts);
  const send = maySend ? (
    <LinkButton to="/send" look="primary">
      New blast
    </LinkButton>
  ) : undefined;
  return (
    <Page title="Blasts" lead="Every mail that left, and every one that did not." actions={send}>
      <Card flush>
        {error !== null ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : blasts === undefined ? (
          <Loading lines={6} />
        ) : blasts.length === 0 ? (
          <EmptyState icon={<Megaphone size={22} />} title="No blasts yet" action={send}>
            A blast is one e-mail, personalised for each of a list of customers.
          </EmptyState>
        ) : (
          <Table caption="Blasts" columns={columns} rows={blasts} keyOf={(blast) => blast.id} />
        )}
      </Card>
      {hasNextPage ? (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older ones
        </Button>
      ) : null}
    </Page>
  );
}
