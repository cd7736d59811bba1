import { expect, test } from "vitest";
import { decide, skipReason, type BlastFacts, type DeliveryFacts } from "./decide.ts";

const delivery: DeliveryFacts = {
  state: "pending",
  customerStatus: "active",
  suppressions: [],
  verdict: undefined,
};
const blast = {
  blastState: "sending",
  blastPaused: false,
  agencyStanding: "good",
  agencyPaused: false,
  unknownAddressPolicy: "send",
} as BlastFacts;

test.each(["pending", "retry"] as const)(
  "a delivery that is %s leaves when nothing speaks against it",
  (state) => {
    expect(decide({ ...delivery, state }, blast)).toEqual({ kind: "send" });
  },
);

test.each(["sending", "accepted", "skipped", "rejected", "in_doubt", "held"] as const)(
  "a message for a delivery that is %s is a repetition, whatever else holds",
  (state) => {
    const facts = { ...delivery, state, suppressions: ["opted_out" as const] };
    expect(decide(facts, { ...blast, blastState: "cancelled" })).toEqual({ kind: "absorb", reason: state });
  },
);

test.each<[string, Partial<DeliveryFacts>, string]>([
  ["inactive", { customerStatus: "inactive", suppressions: ["opted_out"] }, "inactive"],
  ["deleted", { customerStatus: "deleted" }, "inactive"],
  [
    "opted out and bounced: the person's own wish is named",
    { suppressions: ["bounced", "opted_out"] },
    "opted_out",
  ],
  ["complained and bounced", { suppressions: ["bounced", "complained"] }, "complained"],
  ["bounced", { suppressions: ["bounced"] }, "bounced"],
  ["invalid", { suppressions: ["invalid"] }, "invalid_address"],
  ["undeliverable", { verdict: "undeliverable" }, "invalid_address"],
])("%s is skipped, even while the blast is paused", (_name, facts, reason) => {
  expect(decide({ ...delivery, ...facts }, { ...blast, blastPaused: true })).toEqual({
    kind: "skip",
    reason,
  });
});

test.each([
  ["send", undefined],
  ["skip", "unverified_address"],
] as const)("an unknown verdict under the policy %s gives %s", (policy, reason) => {
  expect(skipReason({ ...delivery, verdict: "unknown" }, policy)).toBe(reason);
  expect(skipReason({ ...delivery, verdict: "risky" }, policy)).toBeUndefined();
  expect(skipReason({ ...delivery, verdict: undefined }, policy)).toBeUndefined();
});

test.each(["cancelled", "refused"] as const)(
  "what is left of a %s blast is skipped, paused or not",
  (blastState) => {
    expect(decide(delivery, { ...blast, blastState, agencyPaused: true })).toEqual({
      kind: "skip",
      reason: "cancelled",
    });
  },
);

test.each<[Partial<BlastFacts>, string]>([
  [{ agencyStanding: "suspended", agencyPaused: true }, "agency_suspended"],
  [{ agencyPaused: true, blastPaused: true }, "agency_paused"],
  [{ blastPaused: true }, "blast_paused"],
])("%o only delays", (facts, reason) => {
  expect(decide(delivery, { ...blast, ...facts })).toEqual({ kind: "wait", reason });
});

test("a delivery that a person sends again after its blast has completed leaves", () => {
  expect(decide({ ...delivery, state: "retry" }, { ...blast, blastState: "completed" })).toEqual({
    kind: "send",
  });
});
