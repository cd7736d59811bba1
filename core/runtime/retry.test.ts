import fc from "fast-check";
import { expect, it } from "vitest";
import { fullJitter, retryForever } from "./retry.ts";

it("spreads delays over a span that grows up to its maximum", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), random, (attempt, part) => {
      const delayMs = fullJitter(attempt, 100, 60_000, part);
      expect(delayMs).toBeGreaterThanOrEqual(1);
      expect(delayMs).toBeLessThanOrEqual(Math.min(60_000, 100 * 2 ** (attempt - 1)));
    }),
  );
  expect([1, 2, 3, 20].map((attempt) => fullJitter(attempt, 100, 1000, 0.5))).toEqual([50, 100, 200, 500]);
});

it("tries until it succeeds and tells each failure", async () => {
  const failures: number[] = [];
  const result = await retryForever(
    async (attempt) => (attempt < 4 ? Promise.reject(new Error("no")) : attempt),
    {
      initialMs: 1,
      maxMs: 2,
      onFailure: (_, attempt) => failures.push(attempt),
    },
  );
  expect([result, failures]).toEqual([4, [1, 2, 3]]);
});

it("stops when told to", async () => {
  const stop = new AbortController();
  const trying = retryForever(async () => Promise.reject(new Error("no")), {
    initialMs: 60_000,
    signal: stop.signal,
    onFailure: () => stop.abort(),
  });
  await expect(trying).rejects.toThrow(/abort/i);
});
