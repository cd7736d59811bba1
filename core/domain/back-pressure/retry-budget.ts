/** Tries of one domain in the current minute. While a provider fails, retries must stay a small part of what it gets. */
export interface RetryBudget {
  minuteStartMs: number;
  firstTries: number;
  retries: number;
}

const minuteMs = 60_000;
// A fifth, as Google's SRE book has it in spirit: a retry must never be what keeps a provider down.
const retriesPerFirstTry = 0.2;
// A small blast must not wait for others to earn it its retries: two ordinary calls' worth.
const freeRetries = 1_000;
// Beyond the budget: half to one longest opening of the breaker later, when the provider may be back.
const overBudgetDelayMs = 15_000;

export const emptyBudget: RetryBudget = {
  minuteStartMs: Number.NEGATIVE_INFINITY,
  firstTries: 0,
  retries: 0,
};

/** Notes deliveries that were tried for the first time. */
export function noteFirstTries(budget: RetryBudget, count: number, nowMs: number): RetryBudget {
  const current = currentMinute(budget, nowMs);
  return { ...current, firstTries: current.firstTries + count };
}

/** Asks for one retry; answers how much longer than usual it has to wait. `random` is in [0, 1). */
export function spendRetry(
  budget: RetryBudget,
  nowMs: number,
  random: number,
): { budget: RetryBudget; extraDelayMs: number } {
  const current = currentMinute(budget, nowMs);
  if (current.retries < freeRetries || current.retries < current.firstTries * retriesPerFirstTry)
    return { budget: { ...current, retries: current.retries + 1 }, extraDelayMs: 0 };
  return { budget: current, extraDelayMs: overBudgetDelayMs * (1 + random) };
}

function currentMinute(budget: RetryBudget, nowMs: number): RetryBudget {
  return nowMs - budget.minuteStartMs < minuteMs ? budget : { ...emptyBudget, minuteStartMs: nowMs };
}
