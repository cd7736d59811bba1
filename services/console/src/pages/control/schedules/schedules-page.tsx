import { useInfiniteQuery } from "@connectrpc/connect-query";
import { CalendarClock } from "lucide-react";
import { type Schedule, ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { useSession } from "../../../app/session.ts";
import { count } from "../../../format/numbers.ts";
import { scheduleWords } from "../../../format/rule-words.ts";
import { Time } from "../../../format/time.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Page, Row } from "../../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { AgencyLink } from "../act-for-link.tsx";
import { OperatorsOnly } from "../operators-only.tsx";
import { laneWord } from "../queues/queue-words.ts";
import { useAgencies } from "../use-agencies.ts";

const title = "Schedules";
const pageRows = 100;
const refreshMs = 15_000;

/** What will fire next, over all agencies, or of the one acted for. */
export function SchedulesPage() {
  return (
    <OperatorsOnly title={title}>
      <Schedules />
    </OperatorsOnly>
  );
}

function Schedules() {
  const { agency } = useSession();
  const { nameOf } = useAgencies();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    ScheduleService.method.listSchedules,
    { page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      refetchInterval: refreshMs,
    },
  );
  const schedules = data?.pages.flatMap((page) => page.schedules);
  const whose = agency === undefined ? "over all agencies" : `of ${agency.settings?.name}`;
  return (
    <Page
      title={title}
      lead={`What fires next, ${whose}. Times are shown in your own zone unless you act for an agency.`}
    >
      <Card flush>
        {schedules === undefined ? (
          error === null ? (
            <Loading lines={6} label="Loading schedules" />
          ) : (
            <ErrorState error={error} retry={() => void refetch()} />
          )
        ) : schedules.length === 0 ? (
          <EmptyState icon={<CalendarClock size={22} />} title="Nothing is scheduled">
            Schedules appear here as soon as an agency makes one.
          </EmptyState>
        ) : (
          <Table
            caption="Schedules by next occurrence"
            columns={columnsOf(nameOf)}
            rows={schedules}
            keyOf={({ id }) => id}
          />
        )}
      </Card>
      {hasNextPage ? (
        <Row>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show later ones
          </Button>
        </Row>
      ) : null}
    </Page>
  );
}

const columnsOf = (nameOf: (agencyId: string) => string): readonly Column<Schedule>[] => [
  { name: "Next", cell: ({ nextAt }) => <Time at={nextAt} /> },
  {
    name: "Schedule",
    grow: true,
    cell: (schedule) => (
      <div>
        {schedule.name}
        <div className="muted">{scheduleWords(schedule)}</div>
      </div>
    ),
  },
  {
    name: "Agency",
    cell: ({ agencyId }) => <AgencyLink agencyId={agencyId}>{nameOf(agencyId)}</AgencyLink>,
  },
  { name: "Lane", wide: true, cell: ({ lane }) => laneWord[lane] },
  { name: "Fired", numeric: true, wide: true, cell: ({ fired }) => count(fired) },
];
