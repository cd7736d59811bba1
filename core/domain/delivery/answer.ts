/** The provider's answer to one call, as the mail adapter reports it. */
export type ProviderAnswer =
  | { kind: "accepted"; providerMessageId: string }
  | { kind: "retryable"; reason: string; evidence: string; retryAfterMs?: number }
  | { kind: "rejected"; reason: string; evidence: string; addressAtFault?: boolean }
  | { kind: "in_doubt"; reason: string; evidence: string };

/** What an answer makes of a delivery. */
export type Settlement =
  | { to: "accepted"; providerMessageId: string; evidence: Record<string, string> }
  | { to: "rejected"; reason: string; evidence: Record<string, string> }
  | { to: "retry"; reason: string; delayMs: number; evidence: Record<string, string> }
  | { to: "in_doubt"; reason: string; evidence: Record<string, string> };

// With full jitter up to five minutes this spans most of a day: longer than any outage that a mail is still wanted after.
const maxAttempts = 200;
/** Refusals that speak of the account, not of the mail: an operator can mend them, so nobody is given up on. */
export const accountReasons: ReadonlySet<string> = new Set([
  "unauthorised",
  "forbidden",
  "payment_required",
  "not_found",
  "redirected",
]);
const accountDelayMs = 60_000;
const firstDelayMs = 1_000;
const longestDelayMs = 300_000;

/**
 * Turns the provider's answer into the delivery's next state. `random` is in [0, 1).
 * A retry is only ever chosen where the provider certainly did not take the mail; doubt stays doubt.
 */
export function settle(answer: ProviderAnswer, attempt: number, random: number): Settlement {
  switch (answer.kind) {
    case "accepted":
      return { to: "accepted", providerMessageId: answer.providerMessageId, evidence: {} };
    case "rejected":
      if (accountReasons.has(answer.reason)) return retry(answer, accountDelayMs, attempt, random);
      return { to: "rejected", reason: answer.reason, evidence: { provider: answer.evidence } };
    case "in_doubt":
      return { to: "in_doubt", reason: answer.reason, evidence: { provider: answer.evidence } };
    case "retryable":
      return retry(answer, answer.retryAfterMs ?? 0, attempt, random);
    default:
      return unreachable(answer);
  }
}

function retry(
  answer: { reason: string; evidence: string },
  leastDelayMs: number,
  attempt: number,
  random: number,
): Settlement {
  const evidence = { provider: answer.evidence };
  if (attempt >= maxAttempts) return { to: "rejected", reason: "retries_spent", evidence };
  return {
    to: "retry",
    reason: answer.reason,
    delayMs: leastDelayMs + retryDelayMs(attempt, random),
    evidence,
  };
}

/** Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), never less than a fifth of the first delay. */
function retryDelayMs(attempt: number, random: number): number {
  const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(firstDelayMs / 5 + random * ceilingMs);
}

function unreachable(answer: never): never {
  throw new Error(`No settlement for ${JSON.stringify(answer)}`);
}
