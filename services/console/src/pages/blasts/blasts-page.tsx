import { useInfiniteQuery } from "@connectrpc/connect-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { Megaphone } from "lucide-react";
import { lazy, Suspense } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type Blast, BlastService, BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { useMay, useSession } from "../../app/session.ts";
import { count } from "../../format/numbers.ts";
import { Time } from "../../format/time.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CheckField } from "../../ui/field.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { RowLink } from "../../ui/row-link.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { BalanceBar } from "./balance-bar.tsx";
import { BlastStateBadge } from "./blast-state-badge.tsx";
import styles from "./blasts-page.module.css";
import { type BlastListSearch, listedStates } from "./list-search.ts";

// Most agencies have sent something and never need it.
const FirstRun = lazy(() => import("./first-run.tsx").then((tour) => ({ default: tour.FirstRun })));
// A blast that runs changes by the second; the list looks again as long as it is open.
const refreshMs = 5_000;
const pageRows = 50;

const columns: readonly Column<Blast>[] = [
  { name: "Blast", grow: true, cell: (blast) => <BlastName blast={blast} /> },
  { name: "State", cell: (blast) => <BlastStateBadge state={blast.state} /> },
  { name: "Progress", cell: (blast) => <Progress blast={blast} />, wide: true },
  { name: "Customers", numeric: true, wide: true, cell: (blast) => count(blast.balanceSheet?.audience ?? 0) },
  { name: "Accepted", numeric: true, wide: true, cell: (blast) => count(blast.balanceSheet?.accepted ?? 0) },
  { name: "Sent", wide: true, cell: (blast) => <Time at={blast.acceptedAt} /> },
];

function Progress({ blast }: { blast: Blast }) {
  return (
    <div className={styles.progress}>
      <BalanceBar sheet={blast.balanceSheet} />
    </div>
  );
}

function BlastName({ blast }: { blast: Blast }) {
  return (
    <>
      <RowLink to="/blasts/$blastId" params={{ blastId: blast.id }}>
        {blast.name}
      </RowLink>{" "}
      {blast.direct ? <Badge>Direct</Badge> : null}
    </>
  );
}

/** All blasts of the agency; an operator who acts for none is led to the control room. */
export function BlastsPage() {
  const { agency } = useSession();
  return agency === undefined ? <Navigate to="/control/queues" replace /> : <BlastList />;
}

/** The newest first; for an agency that never sent one, the way to the first. */
function BlastList() {
  const maySend = useMay(Role.SENDER);
  const search = useSearch({ from: "/shell/blasts" });
  const state = listedStates.find(({ key }) => key === search.state)?.state ?? BlastState.UNSPECIFIED;
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    BlastService.method.listBlasts,
    { page: { size: pageRows, token: "" }, state, includeDirect: search.direct === true },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      refetchInterval: refreshMs,
    },
  );
  const blasts = data?.pages.flatMap((page) => page.blasts);
  const narrowed = search.state !== undefined || search.direct === true;
  const none = blasts?.length === 0 && !hasNextPage && !narrowed;
  const send = maySend ? (
    <LinkButton to="/send" look="primary">
      New blast
    </LinkButton>
  ) : undefined;
  return (
    <Page title="Blasts" lead="Every mail that left, and every one that did not." actions={send}>
      {none ? null : <Filters search={search} />}
      {none && maySend ? (
        <Suspense fallback={<Loading lines={6} />}>
          <FirstRun otherwise={<NoBlasts narrowed={false} />} />
        </Suspense>
      ) : (
        <Card flush>
          {error !== null ? (
            <ErrorState error={error} retry={() => void refetch()} />
          ) : blasts === undefined ? (
            <Loading lines={6} label="Loading the blasts" />
          ) : blasts.length === 0 ? (
            <NoBlasts narrowed={narrowed} />
          ) : (
            <Table caption="Blasts" columns={columns} rows={blasts} keyOf={(blast) => blast.id} />
          )}
        </Card>
      )}
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older ones
          </Button>
        </Row>
      ) : null}
    </Page>
  );
}

function Filters({ search }: { search: BlastListSearch }) {
  const navigate = useNavigate({ from: "/blasts" });
  const go = (next: BlastListSearch) => void navigate({ to: "/blasts", search: next, replace: true });
  const direct = search.direct === true ? { direct: true as const } : {};
  return (
    <Row gap={4} between>
      <Segmented
        label="State"
        value={search.state ?? "all"}
        choices={listedStates}
        onChange={(key) => go({ ...(key === "all" ? {} : { state: key }), ...direct })}
      />
      <CheckField
        label="With direct sends"
        checked={search.direct === true}
        onChange={(event) =>
          go({
            ...(search.state === undefined ? {} : { state: search.state }),
            ...(event.target.checked ? { direct: true } : {}),
          })
        }
      />
    </Row>
  );
}

function NoBlasts({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <EmptyState title="No blast fits">Choose another state, or all.</EmptyState>
  ) : (
    <EmptyState icon={<Megaphone size={22} />} title="No blasts yet">
      A blast is one e-mail, personalised for each of a list of customers.
    </EmptyState>
  );
}
