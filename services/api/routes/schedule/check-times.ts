import { Code } from "@connectrpc/connect";
import {
  nextOccurrence,
  type Occurrence,
  occurrencesBetween,
  type Schedule,
  type ScheduleProblem,
  validateRecurrence,
} from "#core/domain/schedule/schedule.ts";
import { fail } from "../../rpc/fail.ts";

/** Occurrences that an answer names; what the contract promises at most. */
export const maxUpcoming = 5;

const fieldOf: Record<ScheduleProblem["field"], string> = {
  localStart: "local_start",
  timeZone: "time_zone",
  rrule: "rrule",
};

/** The first occurrence of a schedule that has not begun. Throws InvalidArgument for one that is wrong, or has nothing left to fire. */
export function firstToCome(schedule: Schedule, nowMs: number): Occurrence {
  const check = validateRecurrence(schedule);
  if (!check.ok) {
    throw fail(Code.InvalidArgument, {
      reason: "invalid_schedule",
      message: check.problems.map((problem) => problem.message).join(" "),
      field: fieldOf[check.problems[0]?.field ?? "rrule"],
      hint: "Mend the field and send the call again.",
    });
  }
  const next = check.first.atMs > nowMs ? check.first : nextOccurrence(schedule, nowMs);
  if (next !== null && (check.first.atMs > nowMs || schedule.rrule)) return next;
  throw fail(Code.InvalidArgument, {
    reason: "schedule_in_the_past",
    message: `${schedule.localStart} in ${schedule.timeZone} was ${new Date(check.first.atMs).toISOString()}, which is over.`,
    field: "local_start",
    hint: "Choose a later time; to send now, use SendBlast.",
  });
}

/** The occurrences to come, at most `limit`, as callers see them in an answer. */
export function upcoming(schedule: Schedule, nowMs: number, limit: number): Date[] {
  return occurrencesBetween(schedule, nowMs, Number.MAX_SAFE_INTEGER, limit).map(
    (occurrence) => new Date(occurrence.atMs),
  );
}
