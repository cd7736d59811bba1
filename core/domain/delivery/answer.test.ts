import { describe, expect, test } from "vitest";
import { settle, type ProviderAnswer } from "./answer.ts";

const answers: Record<ProviderAnswer["kind"], ProviderAnswer> = {
  accepted: { kind: "accepted", providerMessageId: "m@example.com" },
  retryable: { kind: "retryable", reason: "rate_limited", evidence: "429" },
  rejected: { kind: "rejected", reason: "bad_address", evidence: "400" },
  in_doubt: { kind: "in_doubt", reason: "timed_out", evidence: "deadline" },
};

test("doubt stays doubt at every attempt: only what certainly was not taken is tried again", () => {
  for (const attempt of [1, 2, 50, 199, 200, 1_000])
    expect(settle(answers.in_doubt, attempt, 0.5)).toMatchObject({ to: "in_doubt", reason: "timed_out" });
});

test("an acceptance names the provider's message, a refusal its reason and words", () => {
  expect(settle(answers.accepted, 1, 0.5)).toMatchObject({
    to: "accepted",
    providerMessageId: "m@example.com",
  });
  expect(settle(answers.rejected, 1, 0.5)).toMatchObject({
    to: "rejected",
    reason: "bad_address",
    evidence: { provider: "400" },
  });
});

test.each(["unauthorised", "forbidden", "payment_required"])(
  "%s speaks of the account: nobody is given up on",
  (reason) => {
    expect(settle({ kind: "rejected", reason, evidence: "" }, 1, 0.5)).toMatchObject({ to: "retry", reason });
  },
);

describe("a retry", () => {
  const delayMs = (attempt: number, random: number, retryAfterMs?: number) => {
    const answer = {
      ...answers.retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    } as ProviderAnswer;
    const settlement = settle(answer, attempt, random);
    return settlement.to === "retry" ? settlement.delayMs : Number.NaN;
  };

  test("waits at least as long as the provider asks", () => {
    for (const random of [0, 0.5, 0.999]) expect(delayMs(1, random, 30_000)).toBeGreaterThanOrEqual(30_000);
  });

  test("is spread, never at once, longer with each attempt, and bounded", () => {
    expect(delayMs(1, 0)).toBeGreaterThan(0);
    expect(delayMs(3, 0.9)).toBeGreaterThan(delayMs(3, 0.1));
    expect(delayMs(6, 0.9)).toBeGreaterThan(delayMs(2, 0.9));
    expect(delayMs(199, 0.999)).toBeLessThanOrEqual(301_000);
  });

  test("ends as a rejection that says so", () => {
    expect(settle(answers.retryable, 10_000, 0.5)).toMatchObject({ to: "rejected", reason: "retries_spent" });
  });
});
