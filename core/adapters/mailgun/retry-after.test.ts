import { expect, test } from "vitest";
import { MAX_RETRY_AFTER_MS, readRetryAfterMs } from "./retry-after.ts";

const NOW_MS = Date.parse("2026-11-22T08:00:00Z");

const cases: [name: string, headers: Record<string, string>, text: string, waitMs: number | undefined][] = [
  ["seconds", { "retry-after": "30" }, "", 30_000],
  ["a date", { "retry-after": "Sun, 22 Nov 2026 08:01:00 GMT" }, "", 60_000],
  ["a date in the past", { "retry-after": "Sun, 22 Nov 2026 07:00:00 GMT" }, "", 0],
  ["an absolute reset", { "x-ratelimit-reset": String(NOW_MS + 5_000) }, "", 5_000],
  [
    "Retry-After before the reset",
    { "retry-after": "1", "x-ratelimit-reset": String(NOW_MS + 5_000) },
    "",
    1_000,
  ],
  ["nonsense, and words", { "retry-after": "soon" }, "retry in 2 hours", 7_200_000],
  ["a date in words", {}, "recipient limit exceeded, try again after Sun, 22 Nov 2026 08:10:00 UTC", 600_000],
  ["an ISO date in words", {}, "try again after 2026-11-22T08:00:10Z", 10_000],
  ["seconds in words", {}, "please retry after 45 seconds", 45_000],
  ["minutes in words", {}, "try again in 3 min", 180_000],
  ["more than a day", { "retry-after": "999999999" }, "", MAX_RETRY_AFTER_MS],
  ["nothing", {}, "over the limit of 100 messages in your plan", undefined],
];

test.each(cases)("%s is read", (_name, headers, text, waitMs) => {
  expect(readRetryAfterMs(headers, text, NOW_MS)).toBe(waitMs);
});
