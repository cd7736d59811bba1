import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideMissed } from "./decide-missed.ts";
import { nextOccurrence, occurrencesBetween, validateRecurrence, type Schedule } from "./schedule.ts";

const ms = (iso: string): number => Temporal.Instant.from(iso).epochMilliseconds;
const iso = (at: number): string => Temporal.Instant.fromEpochMilliseconds(at).toString();
const list = (schedule: Schedule, after: string, until: string) =>
  occurrencesBetween(schedule, ms(after), ms(until)).map(
    ({ occurrenceKey, atMs }) => `${occurrenceKey} ${iso(atMs)}`,
  );

describe("occurrences", () => {
  it.each<[string, string, string, string, string[]]>([
    [
      "America/Chicago",
      "2026-03-07T02:30",
      "2026-03-07T00:00Z",
      "2026-03-10T00:00Z",
      ["2026-03-07T08:30:00Z", "2026-03-08T08:30:00Z", "2026-03-09T07:30:00Z"],
    ],
    [
      "America/Chicago",
      "2026-10-31T01:30",
      "2026-10-31T00:00Z",
      "2026-11-03T00:00Z",
      ["2026-10-31T06:30:00Z", "2026-11-01T06:30:00Z", "2026-11-02T07:30:00Z"],
    ],
    [
      "Europe/Berlin",
      "2026-03-28T02:30",
      "2026-03-28T00:00Z",
      "2026-03-31T00:00Z",
      ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
    ],
    [
      "Europe/Berlin",
      "2026-10-24T02:30",
      "2026-10-24T00:00Z",
      "2026-10-27T00:00Z",
      ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    ],
    // Lord Howe moves its clock by half an hour: 02:15 becomes 02:45, and 01:45 comes twice.
    [
      "Australia/Lord_Howe",
      "2026-10-03T02:15",
      "2026-10-02T00:00Z",
      "2026-10-05T00:00Z",
      ["2026-10-02T15:45:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"],
    ],
    [
      "Australia/Lord_Howe",
      "2026-04-04T01:45",
      "2026-04-03T00:00Z",
      "2026-04-06T00:00Z",
      ["2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"],
    ],
    [
      "Asia/Kolkata",
      "2026-03-28T09:00",
      "2026-03-28T00:00Z",
      "2026-03-30T00:00Z",
      ["2026-03-28T03:30:00Z", "2026-03-29T03:30:00Z"],
    ],
  ])(
    "of a daily blast in %s from %s are each once, right through a change of the clock",
    (timeZone, localStart, after, until, expected) => {
      const found = occurrencesBetween({ localStart, timeZone, rrule: "FREQ=DAILY" }, ms(after), ms(until));
      expect(found.map(({ atMs }) => iso(atMs))).toEqual(expected);
      expect(found.map(({ occurrenceKey }) => occurrenceKey.slice(10))).toEqual(
        expected.map(() => `${localStart.slice(10)}:00[${timeZone}]`),
      );
    },
  );

  it("fire once when a zone skips a whole day", () => {
    const schedule = {
      localStart: "2011-12-28T10:00",
      timeZone: "Pacific/Apia",
      rrule: "FREQ=DAILY;COUNT=5",
    };
    const found = occurrencesBetween(schedule, 0, ms("2012-02-01T00:00Z"));
    expect(new Set(found.map(({ atMs }) => atMs)).size).toBe(found.length);
    expect(found).toHaveLength(4);
  });

  it.each<[string, string[]]>([
    ["FREQ=WEEKLY;BYDAY=MO,TH", ["2026-01-01", "2026-01-05", "2026-01-08"]],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", ["2026-01-01", "2026-01-15", "2026-01-29"]],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-01-31", "2026-02-28", "2026-03-31"]],
    ["FREQ=MONTHLY;BYDAY=2TU", ["2026-01-13", "2026-02-10", "2026-03-10"]],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-01-30", "2026-02-27", "2026-03-31"]],
    ["FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=1", ["2026-06-01", "2026-12-01", "2027-06-01"]],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29", "2036-02-29"]],
    ["RRULE:FREQ=DAILY;COUNT=2", ["2026-01-01", "2026-01-02"]],
    ["freq=daily;until=20260102", ["2026-01-01", "2026-01-02"]],
    ["FREQ=DAILY;UNTIL=20260102T090000", ["2026-01-01", "2026-01-02"]],
    ["FREQ=DAILY;UNTIL=20260102T145959Z", ["2026-01-01"]],
    ["FREQ=DAILY;UNTIL=20260102T150000Z", ["2026-01-01", "2026-01-02"]],
  ])("follow %s", (rrule, expected) => {
    const schedule = { localStart: "2026-01-01T09:00", timeZone: "America/Chicago", rrule };
    const found = occurrencesBetween(schedule, 0, ms("2050-01-01T00:00Z"), 3);
    expect(found.map(({ occurrenceKey }) => occurrenceKey.slice(0, 10))).toEqual(expected);
  });

  it("come once without a rule, and never again", () => {
    const schedule = { localStart: "2026-07-01T09:00", timeZone: "Europe/Berlin" };
    const first = nextOccurrence(schedule, 0);
    expect(first).toEqual({
      occurrenceKey: "2026-07-01T09:00:00[Europe/Berlin]",
      atMs: ms("2026-07-01T07:00:00Z"),
    });
    expect(nextOccurrence(schedule, first?.atMs ?? 0)).toBeNull();
  });

  it("are bounded by a limit", () => {
    const schedule = { localStart: "2020-01-01T09:00", timeZone: "UTC", rrule: "FREQ=DAILY" };
    expect(occurrencesBetween(schedule, 0, ms("2099-01-01T00:00Z"))).toHaveLength(1_000);
    expect(list(schedule, "2026-01-01T09:00:00Z", "2026-01-02T09:00:00Z")).toEqual([
      "2026-01-02T09:00:00[UTC] 2026-01-02T09:00:00Z",
    ]);
  });

  const schedules = fc.record({
    localStart: fc
      .date({ min: new Date("2024-01-01T00:00Z"), max: new Date("2027-01-01T00:00Z"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 16)),
    timeZone: fc.constantFrom(
      "America/Chicago",
      "Europe/Berlin",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
      "Africa/Casablanca",
      "UTC",
    ),
    rrule: fc.constantFrom(
      "FREQ=DAILY",
      "FREQ=DAILY;INTERVAL=3;COUNT=200",
      "FREQ=WEEKLY;BYDAY=SU,SA",
      "FREQ=MONTHLY;BYMONTHDAY=-1,8",
      "FREQ=MONTHLY;BYDAY=-1SU",
    ),
  });

  it("are the same one by one as in a row, strictly rising, keys and instants distinct", () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 0, max: 400 }), (schedule, days) => {
        const after = ms(`${schedule.localStart}Z`) + days * 86_400_000;
        const row = occurrencesBetween(schedule, after, after + 400 * 86_400_000, 30);
        let cursor = after;
        for (const occurrence of row) {
          expect(nextOccurrence(schedule, cursor)).toEqual(occurrence);
          expect(occurrence.atMs).toBeGreaterThan(cursor);
          cursor = occurrence.atMs;
        }
        expect(new Set(row.map(({ occurrenceKey }) => occurrenceKey)).size).toBe(row.length);
      }),
      { numRuns: 60 },
    );
  });

  it("show the wall clock that was asked for, except inside a gap", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        for (const { occurrenceKey, atMs } of occurrencesBetween(schedule, 0, ms("2030-01-01T00:00Z"), 60)) {
          const wanted = Temporal.PlainDateTime.from(occurrenceKey.slice(0, 19));
          const shown = Temporal.Instant.fromEpochMilliseconds(atMs)
            .toZonedDateTimeISO(schedule.timeZone)
            .toPlainDateTime();
          const shiftMinutes = wanted.until(shown).total("minutes");
          expect([0, 30, 60]).toContain(shiftMinutes);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("validateRecurrence", () => {
  const good: Schedule = { localStart: "2026-01-01T09:00", timeZone: "America/Chicago" };

  it("gives the first occurrence of a good schedule", () => {
    expect(validateRecurrence({ ...good, rrule: "FREQ=WEEKLY;BYDAY=MO" })).toMatchObject({
      ok: true,
      first: { occurrenceKey: "2026-01-05T09:00:00[America/Chicago]" },
    });
  });

  it.each<[Partial<Schedule>, RegExp]>([
    [{ localStart: "2026-02-30T09:00" }, /no local date and time/],
    [{ localStart: "2026-01-01T09:00Z" }, /without an offset/],
    [{ localStart: "2026-01-01" }, /no local date/],
    [{ timeZone: "Mars/Olympus" }, /no time zone/],
    [{ timeZone: "+02:00" }, /IANA name/],
    [{ rrule: "FREQ=SECONDLY" }, /too often for a blast/],
    [{ rrule: "FREQ=MINUTELY" }, /too often/],
    [{ rrule: "FREQ=HOURLY" }, /too often/],
    [{ rrule: "FREQ=DAILY;BYHOUR=9,10" }, /BYHOUR is not allowed; the time of day/],
    [{ rrule: "FREQ=YEARLY;BYWEEKNO=1" }, /"BYWEEKNO" is not allowed/],
    [{ rrule: "INTERVAL=2" }, /no FREQ/],
    [{ rrule: "FREQ=DAILY;INTERVAL=0" }, /INTERVAL=0 is not valid/],
    [{ rrule: "FREQ=DAILY;COUNT=2;UNTIL=20270101" }, /exclude each other/],
    [{ rrule: "FREQ=DAILY;FREQ=WEEKLY" }, /given twice/],
    [{ rrule: "FREQ=WEEKLY;BYDAY=1MO" }, /Numbered days/],
    [{ rrule: "FREQ=DAILY;BYDAY=XX" }, /BYDAY=XX/],
    [{ rrule: "FREQ=DAILY;UNTIL=20261399" }, /no date of the calendar/],
    [{ rrule: "FREQ=DAILY;UNTIL=20200101" }, /No date fits/],
    [{ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }, /No date fits/],
    [{ rrule: "x".repeat(1_000) }, /1000 characters/],
  ])("refuses %j", (change, message) => {
    const checked = validateRecurrence({ ...good, ...change });
    expect(checked.ok ? "" : checked.problems.map((problem) => problem.message).join()).toMatch(message);
  });
});

describe("decideMissed", () => {
  it.each([
    [0, "skip", "fire"],
    [1_000, "skip", "fire"],
    [1_001, "skip", "skip"],
    [1_001, "fire_late", "fire_late"],
  ] as const)("decides %i ms late with policy %s: %s", (lateMs, policy, expected) => {
    expect(decideMissed({ dueAtMs: 5_000, nowMs: 5_000 + lateMs, policy, graceMs: 1_000 })).toBe(expected);
  });

  it("refuses to judge what is not due yet", () => {
    expect(() => decideMissed({ dueAtMs: 2, nowMs: 1, policy: "skip", graceMs: 0 })).toThrow(
      /Nothing is missed yet/,
    );
  });
});
