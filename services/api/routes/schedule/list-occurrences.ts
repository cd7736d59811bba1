import { timestampDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { ListOccurrencesRequest, ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { listRhythms, type Rhythm } from "#core/adapters/postgres/schedules/list-rhythms.ts";
import { occurrencesBetween } from "#core/domain/schedule/schedule.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail } from "../../rpc/fail.ts";

// A year and a month: what a calendar turns to.
const maxSpanMs = 400 * 86_400_000;
// A day has room for no more in a calendar. The rule engine takes some 0.1 ms an occurrence.
const maxOccurrences = 1_000;
const maxSchedules = 200;

/** When schedules will fire in a span of time. Cancelled and ended ones fire no more; one that was just missed is not shown. */
export const listOccurrences =
  ({ database, nowMs }: ApiDeps): ServiceImpl<typeof ScheduleService>["listOccurrences"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { fromMs, untilMs } = readSpan(request);
    const limit = request.limit || maxOccurrences;
    const scheduleId = request.scheduleId === "" ? undefined : request.scheduleId;
    const rhythms = await database.withAgency(agencyId, (tx) =>
      listRhythms(tx, agencyId, { scheduleId, until: new Date(untilMs), limit: maxSchedules + 1 }),
    );
    const after = Math.max(fromMs, nowMs()) - 1;
    const found = rhythms
      .slice(0, maxSchedules)
      .flatMap((rhythm) => timesOf(rhythm, after, untilMs, limit + 1))
      .toSorted((a, b) => a.atMs - b.atMs);
    return {
      occurrences: found
        .slice(0, limit)
        .map(({ scheduleId: of, atMs }) => ({ scheduleId: of, at: timestampFromMs(atMs) })),
      cutShort: found.length > limit || rhythms.length > maxSchedules,
    };
  };

function timesOf(rhythm: Rhythm, afterMs: number, untilMs: number, limit: number) {
  const schedule = { localStart: rhythm.local_start, timeZone: rhythm.time_zone, rrule: rhythm.rrule };
  return occurrencesBetween(schedule, afterMs, untilMs, Math.min(limit, maxOccurrences)).map(({ atMs }) => ({
    scheduleId: rhythm.id,
    atMs,
  }));
}

function readSpan({ from, until }: ListOccurrencesRequest): { fromMs: number; untilMs: number } {
  if (from === undefined || until === undefined)
    throw new Error("a request without its times passed validation");
  const [fromMs, untilMs] = [timestampDate(from).getTime(), timestampDate(until).getTime()];
  if (untilMs >= fromMs && untilMs - fromMs <= maxSpanMs) return { fromMs, untilMs };
  throw fail(Code.InvalidArgument, {
    reason: "invalid_span",
    message: `From ${new Date(fromMs).toISOString()} until ${new Date(untilMs).toISOString()} is no span of at most 400 days.`,
    field: "until",
    hint: "Name a later moment for until, or ask in parts.",
  });
}
