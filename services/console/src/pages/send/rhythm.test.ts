import { describe, expect, test } from "vitest";
import { readRhythm, type Rhythm, rhythmWords, rruleOf, usualRhythm } from "./rhythm.ts";

const start = "2026-12-07T09:00";

test.each<[Partial<Rhythm>, string, string]>([
  [{}, "FREQ=MONTHLY;BYDAY=1MO", "Every first Monday, 9:00, Chicago"],
  [{ nth: -1, weekday: "FR" }, "FREQ=MONTHLY;BYDAY=-1FR", "Every last Friday, 9:00, Chicago"],
  [{ nth: 0 }, "FREQ=MONTHLY", "Every month on day 7, 9:00, Chicago"],
  [
    { interval: 3, nth: 2 },
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=2MO",
    "Every 3 months on the second Monday, 9:00, Chicago",
  ],
  [
    { every: "week", weekdays: ["TH", "TU"] },
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "Every Tuesday and Thursday, 9:00, Chicago",
  ],
  [{ every: "week", weekdays: [], interval: 2 }, "FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks, 9:00, Chicago"],
  [
    { every: "day", until: "2026-12-31" },
    "FREQ=DAILY;UNTIL=20261231",
    "Every day, 9:00, Chicago, until 31 Dec 2026",
  ],
])("%o is the rule %s and says so in words", (change, rule, words) => {
  const rhythm = { ...usualRhythm, ...change };
  expect(rruleOf(rhythm)).toBe(rule);
  expect(rhythmWords(rhythm, start, "America/Chicago")).toBe(words);
});

describe("words", () => {
  test.each<[string, string, string | undefined]>([
    ["every first Monday, 9:00, Chicago", "FREQ=MONTHLY;BYDAY=1MO", "09:00"],
    ["last friday of the month 5pm", "FREQ=MONTHLY;BYDAY=-1FR", "17:00"],
    ["every 2 weeks on tue and thu at 14:30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "14:30"],
    ["Mondays", "FREQ=WEEKLY;BYDAY=MO", undefined],
    ["daily at 8", "FREQ=DAILY", "08:00"],
    ["every other week", "FREQ=WEEKLY;INTERVAL=2", undefined],
    ["on weekdays at 12am", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "00:00"],
    ["monthly", "FREQ=MONTHLY", undefined],
    ["the 3rd Wednesday at 7:15", "FREQ=MONTHLY;BYDAY=3WE", "07:15"],
  ])("%s", (words, rule, time) => {
    const read = readRhythm(words);
    expect(read === undefined ? undefined : [rruleOf(read.rhythm), read.time]).toEqual([rule, time]);
  });

  test.each(["", "soon", "at 9:00", "when it rains"])("%o says no rhythm", (words) => {
    expect(readRhythm(words)).toBeUndefined();
  });
});
