import { useInfiniteQuery } from "@connectrpc/connect-query";
import { Outlet, useSearch } from "@tanstack/react-router";
import { CircleCheck, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { useMay, useSession } from "../../../app/session.ts";
import { count, plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Page, Row } from "../../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { Table } from "../../../ui/table.tsx";
import { queueWords } from "../queues/queue-words.ts";
import type { ErrorsSearch } from "../search.ts";
import { useAgencies } from "../use-agencies.ts";
import { deadLetterColumns } from "./dead-letter-columns.tsx";
import { ErrorFilters } from "./error-filters.tsx";
import { deadReason } from "./reason-words.ts";
import styles from "./errors-page.module.css";
import { RequeueDialog } from "./requeue-dialog.tsx";
import type { RequeueChoice } from "./use-requeue.ts";

const title = "Error queue";
const pageRows = 50;
// New ones appear by themselves while somebody looks.
const refreshMs = 10_000;

/** Messages that were given up on, whole, with the reason; an operator sees all, an admin those of the agency. */
export function ErrorsPage() {
  const { operator, agency } = useSession();
  const may = useMay(Role.ADMIN) || operator;
  if (!may)
    return (
      <Page title={title}>
        <EmptyState title="You may not see this">
          The error queue is for admins of the agency, who see its own, and for operators.
        </EmptyState>
      </Page>
    );
  return <Errors whose={agency?.settings?.name} />;
}

function Errors({ whose }: { whose: string | undefined }) {
  const search = useSearch({ from: "/shell/control/errors" });
  const { nameOf } = useAgencies();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [requeuing, setRequeuing] = useState<{ choice: RequeueChoice; what: string }>();
  const list = useDeadLetters(search);
  const open = list.letters?.filter(({ requeuedAt }) => requeuedAt === undefined) ?? [];
  const chosenHere = open.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const toggle = (id: string, on: boolean) =>
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  const columns = deadLetterColumns({
    chosen,
    nameOf: whose === undefined ? nameOf : undefined,
    onToggle: toggle,
    search,
  });
  const lead = `Messages that no worker could handle${whose === undefined ? "" : `, of ${whose}`}. Nothing is lost: each can go back as it was.`;
  return (
    <Page
      title={title}
      lead={lead}
      actions={
        <RequeueButtons
          search={search}
          chosen={chosenHere}
          none={open.length === 0}
          onChoose={setRequeuing}
        />
      }
    >
      <ErrorFilters search={search} />
      <Card flush>
        {list.error !== null && list.letters === undefined ? (
          <ErrorState error={list.error} retry={list.refetch} />
        ) : list.letters === undefined ? (
          <Loading lines={8} label="Loading dead letters" />
        ) : list.letters.length === 0 ? (
          <NoErrors search={search} />
        ) : (
          <>
            <ChooseAll
              all={open.map(({ id }) => id)}
              chosen={chosenHere.length}
              onChoose={(ids) => setChosen(new Set(ids))}
            />
            <Table caption="Dead letters" columns={columns} rows={list.letters} keyOf={({ id }) => id} />
          </>
        )}
      </Card>
      {list.more === undefined ? null : (
        <Row>
          <Button busy={list.readingMore} onClick={list.more}>
            Show older ones
          </Button>
        </Row>
      )}
      {requeuing === undefined ? null : (
        <RequeueDialog
          {...requeuing}
          onClose={() => {
            setRequeuing(undefined);
            setChosen(new Set());
          }}
          onChange={list.refetch}
        />
      )}
      <Outlet />
    </Page>
  );
}

function useDeadLetters({ queue = "", reason = "", requeued }: ErrorsSearch) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    QueueService.method.listDeadLetters,
    { page: { size: pageRows, token: "" }, queue, reason, includeRequeued: requeued === true },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      refetchInterval: refreshMs,
    },
  );
  return {
    letters: data?.pages.flatMap(({ deadLetters }) => deadLetters),
    error,
    refetch: () => void refetch(),
    more: hasNextPage ? () => void fetchNextPage() : undefined,
    readingMore: isFetchingNextPage,
  };
}

function RequeueButtons({
  search: { queue = "", reason = "" },
  chosen,
  none,
  onChoose,
}: {
  search: ErrorsSearch;
  chosen: readonly string[];
  none: boolean;
  onChoose: (requeuing: { choice: RequeueChoice; what: string }) => void;
}) {
  const filtered = queue !== "" || reason !== "";
  const what = [
    "every dead letter",
    queue === "" ? "" : `of “${queueWords(queue).label}”`,
    reason === "" ? "" : `with the reason “${deadReason(reason).label}”`,
  ];
  return (
    <>
      <Button
        disabled={none}
        icon={<RotateCcw size={16} />}
        onClick={() =>
          onChoose({
            choice: { queue, reason, all: !filtered },
            what: what.filter((part) => part !== "").join(" "),
          })
        }
      >
        {filtered ? "Put back all that match" : "Put back all"}
      </Button>
      <Button
        look="primary"
        disabled={chosen.length === 0}
        onClick={() => onChoose({ choice: { ids: [...chosen] }, what: plural(chosen.length, "dead letter") })}
      >
        {chosen.length === 0 ? "Put back chosen" : `Put back ${count(chosen.length)} chosen`}
      </Button>
    </>
  );
}

function ChooseAll({
  all,
  chosen,
  onChoose,
}: {
  all: readonly string[];
  chosen: number;
  onChoose: (ids: readonly string[]) => void;
}) {
  const everyOne = chosen > 0 && chosen === all.length;
  return (
    <div className={styles.above}>
      <Button look="quiet" disabled={all.length === 0} onClick={() => onChoose(everyOne ? [] : all)}>
        {everyOne ? "Choose none" : `Choose the ${count(all.length)} shown`}
      </Button>
    </div>
  );
}

function NoErrors({ search }: { search: ErrorsSearch }) {
  const filtered = search.queue !== undefined || search.reason !== undefined;
  return filtered ? (
    <EmptyState title="No dead letter fits">Choose another queue or reason.</EmptyState>
  ) : (
    <EmptyState icon={<CircleCheck size={22} />} title="No dead letters">
      Every message was handled, or is still being tried.
    </EmptyState>
  );
}
