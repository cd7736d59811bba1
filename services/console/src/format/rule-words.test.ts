import { expect, it } from "vitest";
import { scheduleWords } from "./rule-words.ts";

const at = (rrule: string) =>
  scheduleWords({ localStart: "2026-12-07T09:00", rrule, timeZone: "America/New_York" });

it.each([
  ["", "Once, on 7 Dec 2026 at 09:00, New York"],
  ["FREQ=DAILY", "Every day at 09:00, New York"],
  ["FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday at 09:00, New York"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Every 2 weeks on Tuesday at 09:00, New York"],
  ["FREQ=MONTHLY;BYDAY=1MO", "Every first Monday at 09:00, New York"],
  ["FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231", "Every last Friday at 09:00, New York, until 31 Dec 2027"],
  ["FREQ=MONTHLY", "Every month on day 7 at 09:00, New York"],
  ["FREQ=MONTHLY;BYMONTHDAY=1,15", "Every month on day 1 and 15 at 09:00, New York"],
  ["FREQ=YEARLY;COUNT=3", "Every year on 7 Dec at 09:00, New York, 3 times"],
])("says %s in words", (rrule, words) => {
  expect(at(rrule)).toBe(words);
});

it.each(["FREQ=MONTHLY;BYSETPOS=2;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=HOURLY"])(
  "shows %s as it is, for it has no words",
  (rrule) => {
    expect(at(rrule)).toBe(`By the rule ${rrule}, at 09:00, New York`);
  },
);
