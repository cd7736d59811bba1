import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { useEffect, useMemo } from "react";
import { type Blast, BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { type Schedule, ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { useZone } from "../../format/time.tsx";
import { dayIn, spanOf, weeksOf } from "./days.ts";

/** Something on a day: a blast that left, or one that will. */
export type CalendarEntry = { key: string; atMs: number } & (
  | { kind: "blast"; blast: Blast }
  | { kind: "coming"; schedule: Schedule }
);

// The most that one page of the API has.
const maxSchedules = 1_000;
const blastsPerPage = 200;
// 2,000 blasts back; an agency that sends more looks at them in its list of blasts.
const maxBlastPages = 10;

/** What is on each day of a month, by the agency's clock. */
export function useCalendar(month: string) {
  const zone = useZone();
  const weeks = useMemo(() => weeksOf(month), [month]);
  const { fromMs, untilMs } = useMemo(() => spanOf(weeks), [weeks]);
  const schedules = useQuery(ScheduleService.method.listSchedules, { page: { size: maxSchedules } });
  const coming = useQuery(ScheduleService.method.listOccurrences, {
    from: timestampFromMs(fromMs),
    until: timestampFromMs(untilMs),
  });
  const past = useBlastsBackTo(fromMs);
  const byDay = useMemo(() => {
    const known = new Map(schedules.data?.schedules.map((schedule) => [schedule.id, schedule]));
    const entries: CalendarEntry[] = [
      ...past.blasts
        .filter(({ acceptedAt }) => acceptedAt !== undefined)
        .map((blast) => ({
          key: blast.id,
          kind: "blast" as const,
          atMs: timestampMs(blast.acceptedAt!),
          blast,
        })),
      ...(coming.data?.occurrences ?? []).flatMap(({ scheduleId, at }) => {
        const schedule = known.get(scheduleId);
        if (schedule === undefined || at === undefined) return [];
        const atMs = timestampMs(at);
        return [{ key: `${scheduleId} ${atMs}`, kind: "coming" as const, atMs, schedule }];
      }),
    ];
    return Map.groupBy(
      entries.toSorted((a, b) => a.atMs - b.atMs),
      ({ atMs }) => dayIn(zone, atMs),
    );
  }, [schedules.data, coming.data, past.blasts, zone]);
  const queries = [schedules, coming, past.query];
  return {
    weeks,
    zone,
    byDay,
    schedules: schedules.data?.schedules ?? [],
    loading: queries.some(({ isPending }) => isPending),
    error: queries.find(({ error }) => error !== null)?.error,
    /** Older blasts, or later occurrences, than were read. */
    cutShort: past.cutShort || coming.data?.cutShort === true,
    refetch: () => queries.forEach((query) => void query.refetch()),
  };
}

/** The newest blasts back to a moment, page after page, up to a bound. */
function useBlastsBackTo(fromMs: number) {
  const query = useInfiniteQuery(
    BlastService.method.listBlasts,
    { page: { size: blastsPerPage, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: blastsPerPage, token: page.nextToken } : undefined,
    },
  );
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const blasts = useMemo(() => data?.pages.flatMap((page) => page.blasts) ?? [], [data]);
  const oldest = blasts.at(-1)?.acceptedAt;
  const reached = oldest === undefined || timestampMs(oldest) < fromMs || !hasNextPage;
  const bounded = (data?.pages.length ?? 0) >= maxBlastPages;
  useEffect(() => {
    if (!reached && !bounded && !isFetching) void fetchNextPage();
  }, [reached, bounded, isFetching, fetchNextPage]);
  return { query, blasts, cutShort: !reached && bounded };
}
