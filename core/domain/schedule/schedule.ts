import { RRuleTemporal } from "rrule-temporal";
import { parseRule, type ParsedRule } from "./recurrence-rule.ts";

/** When a blast is to be sent: once, or on a rhythm, by the clock on the wall in a time zone. */
export type Schedule = {
  /** First start as local date and time, such as 2026-11-22T09:00. No offset: the zone says what it means. */
  localStart: string;
  /** IANA name, such as America/Chicago. */
  timeZone: string;
  /** RFC 5545 rule; absent or empty for once. */
  rrule?: string;
};

/**
 * One due time. The key is the local time that was meant and its zone, so it stays the same when the zone's rules change
 * (a government moves the clock, tzdata follows) and one occurrence is never taken for two.
 */
export type Occurrence = { occurrenceKey: string; atMs: number };

export type ScheduleProblem = { field: "localStart" | "timeZone" | "rrule"; message: string };

export type ScheduleCheck = { ok: true; first: Occurrence } | { ok: false; problems: ScheduleProblem[] };

/** Most occurrences one question returns. 1,000: more than any calendar view shows. */
export const MAX_OCCURRENCES = 1_000;

/** A local time and its instant may be apart by a zone's shift: a gap is an hour or so, and Samoa once skipped a whole day. */
const LARGEST_SHIFT = { days: 2 };

/** Local times end here; the rule engine must not search for ever. */
const LAST_YEAR = 9_000;

/** Candidates looked at behind a point in time. 16: with at most one a day, LARGEST_SHIFT allows three. */
const MAX_SKIPPED = 16;

/** The form of `localStart`: year 1970 to 8999, seconds optional. */
const LOCAL = /^(\d{4})-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;

/** Checks a schedule and finds its first occurrence; says all that is wrong at once. */
export function validateRecurrence(schedule: Schedule): ScheduleCheck {
  const problems: ScheduleProblem[] = [];
  if (readLocal(schedule.localStart) === undefined) {
    problems.push({
      field: "localStart",
      message: `"${schedule.localStart}" is no local date and time; write 2026-11-22T09:00, without an offset.`,
    });
  }
  if (!isTimeZone(schedule.timeZone)) {
    problems.push({
      field: "timeZone",
      message: `"${schedule.timeZone}" is no time zone; use an IANA name such as America/Chicago.`,
    });
  }
  const rule = ruleOf(schedule);
  if (rule?.ok === false)
    problems.push(...rule.problems.map((message) => ({ field: "rrule" as const, message })));
  if (problems.length > 0) return { ok: false, problems };
  const first = nextOccurrence(schedule, -8.64e15);
  if (first !== null) return { ok: true, first };
  return {
    ok: false,
    problems: [
      {
        field: "rrule",
        message:
          "No date fits this rule; check its months and days, and that UNTIL is not before the first start.",
      },
    ],
  };
}

/** The first occurrence after an instant, or null when there is none. Throws for a schedule that `validateRecurrence` refuses. */
export function nextOccurrence(schedule: Schedule, afterInstantMs: number): Occurrence | null {
  return occurrencesAfter(schedule, afterInstantMs).next().value ?? null;
}

/** Occurrences after `afterMs` up to and with `untilMs`, at most `limit`. */
export function occurrencesBetween(
  schedule: Schedule,
  afterMs: number,
  untilMs: number,
  limit: number = MAX_OCCURRENCES,
): Occurrence[] {
  const found: Occurrence[] = [];
  const most = Math.min(limit, MAX_OCCURRENCES);
  for (const occurrence of occurrencesAfter(schedule, afterMs)) {
    if (occurrence.atMs > untilMs || found.length >= most) break;
    found.push(occurrence);
  }
  return found;
}

/**
 * The rule runs on local times as if there were no zones; each result is then placed in the zone. A local time that the
 * clock skips moves forward by the gap (02:30 becomes 03:30), one that comes twice means the first (RFC 5545 §3.3.5),
 * so each occurrence happens exactly once.
 */
function* occurrencesAfter(schedule: Schedule, afterMs: number): Generator<Occurrence, undefined> {
  const start = readLocal(schedule.localStart);
  const rule = ruleOf(schedule);
  if (start === undefined || rule?.ok === false)
    throw new Error("The schedule is not valid; check it with validateRecurrence first.");
  if (rule === undefined) {
    const once = place(start, schedule.timeZone);
    if (once.atMs > afterMs) yield once;
    return undefined;
  }
  const locals = localTimes(start, rule, schedule.timeZone, afterMs);
  let lastMs = afterMs;
  let skipped = 0;
  for (const local of locals) {
    const occurrence = place(local, schedule.timeZone);
    if (occurrence.atMs > lastMs) {
      lastMs = occurrence.atMs;
      skipped = 0;
      yield occurrence;
    } else if ((skipped += 1) > MAX_SKIPPED) {
      return undefined;
    }
  }
  return undefined;
}

/** Local times that fit the rule, from shortly before an instant, in order. */
function* localTimes(
  start: Temporal.PlainDateTime,
  rule: ParsedRule & { ok: true },
  timeZone: string,
  afterMs: number,
): Generator<Temporal.PlainDateTime, undefined> {
  const until = untilLocal(rule, timeZone);
  const text = rule.text.replace(/;?UNTIL=[^;]*/, "").replace(/^;/, "");
  const engine = new RRuleTemporal({
    rruleString: `RRULE:${text}`,
    dtstart: start.toZonedDateTime("UTC"),
    cache: false,
  });
  let cursor = searchStart(start, timeZone, afterMs);
  for (;;) {
    const found = nextLocal(engine, cursor);
    if (found === undefined || found.year >= LAST_YEAR) return undefined;
    if (until !== undefined && Temporal.PlainDateTime.compare(found, until) > 0) return undefined;
    yield found;
    cursor = found;
  }
}

function searchStart(
  start: Temporal.PlainDateTime,
  timeZone: string,
  afterMs: number,
): Temporal.PlainDateTime {
  const beforeStart = start.subtract({ seconds: 1 });
  if (afterMs <= beforeStart.subtract(LARGEST_SHIFT).toZonedDateTime("UTC").epochMilliseconds)
    return beforeStart;
  const near = Temporal.Instant.fromEpochMilliseconds(afterMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .subtract(LARGEST_SHIFT);
  return Temporal.PlainDateTime.compare(near, beforeStart) > 0 ? near : beforeStart;
}

/** The engine throws when it has searched for too long, which for us means that no such date exists. */
function nextLocal(engine: RRuleTemporal, after: Temporal.PlainDateTime): Temporal.PlainDateTime | undefined {
  try {
    const next = engine.next(new Date(after.toZonedDateTime("UTC").epochMilliseconds), false);
    return next === null
      ? undefined
      : Temporal.Instant.fromEpochMilliseconds(next.epochMilliseconds)
          .toZonedDateTimeISO("UTC")
          .toPlainDateTime();
  } catch (error) {
    if (error instanceof Error && /Maximum iterations|maxIterations|candidate/i.test(error.message))
      return undefined;
    throw error;
  }
}

/** The last local time that counts: UNTIL may be a day (all of it), a local time, or a time in UTC. */
function untilLocal(rule: ParsedRule & { ok: true }, timeZone: string): Temporal.PlainDateTime | undefined {
  const until = rule.parts.get("UNTIL");
  if (until === undefined) return undefined;
  if (until.endsWith("Z")) return Temporal.Instant.from(until).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return until.length === 8
    ? Temporal.PlainDate.from(until).toPlainDateTime("23:59:59")
    : Temporal.PlainDateTime.from(until);
}

const place = (local: Temporal.PlainDateTime, timeZone: string): Occurrence => ({
  occurrenceKey: `${local.toString({ smallestUnit: "second" })}[${timeZone}]`,
  atMs: local.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds,
});

function ruleOf(schedule: Schedule): ParsedRule | undefined {
  if (schedule.rrule === undefined || schedule.rrule.trim() === "") return undefined;
  const parsed = parseRule(schedule.rrule);
  if (!parsed.ok) return parsed;
  return hasRealUntil(parsed)
    ? parsed
    : { ok: false, problems: [`UNTIL=${parsed.parts.get("UNTIL")} is no date of the calendar.`] };
}

function hasRealUntil(rule: ParsedRule & { ok: true }): boolean {
  try {
    untilLocal(rule, "UTC");
    return true;
  } catch {
    return false;
  }
}

function readLocal(text: string): Temporal.PlainDateTime | undefined {
  const year = Number(LOCAL.exec(text)?.[1] ?? 0);
  if (year < 1970 || year >= LAST_YEAR) return undefined;
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return undefined;
  }
}

/** Offsets such as +02:00 are refused: they know no summer time, so a rhythm would drift by an hour. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
