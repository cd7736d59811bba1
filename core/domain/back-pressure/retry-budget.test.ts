import { expect, it } from "vitest";
import { emptyBudget, noteFirstTries, spendRetry, type RetryBudget } from "./retry-budget.ts";

/** Asks for `count` retries; answers how many got one at the usual time. */
function spend(budget: RetryBudget, count: number, nowMs: number): { budget: RetryBudget; inTime: number } {
  let inTime = 0;
  for (let n = 0; n < count; n++) {
    const spent = spendRetry(budget, nowMs, 0);
    budget = spent.budget;
    if (spent.extraDelayMs === 0) inTime += 1;
  }
  return { budget, inTime };
}

it("gives a fifth of the minute's first tries, and a thousand in any case", () => {
  expect(spend(noteFirstTries(emptyBudget, 100, 0), 5_000, 0).inTime).toBe(1_000);
  expect(spend(noteFirstTries(emptyBudget, 20_000, 0), 9_000, 0).inTime).toBe(4_000);
});

it("puts what is beyond it off by fifteen to thirty seconds", () => {
  const { budget } = spend(emptyBudget, 1_000, 0);
  expect(spendRetry(budget, 0, 0).extraDelayMs).toBe(15_000);
  expect(spendRetry(budget, 0, 0.99).extraDelayMs).toBeCloseTo(29_850);
});

it("begins anew each minute", () => {
  const { budget } = spend(emptyBudget, 1_000, 0);
  expect(spend(budget, 1, 59_999).inTime).toBe(0);
  expect(spend(budget, 2_000, 60_000).inTime).toBe(1_000);
});
