import { expect, it } from "vitest";
import { createLogger } from "#core/runtime/log.ts";
import type { AddressVerdict } from "./deps.ts";
import { restingVerifier } from "./resting-verifier.ts";

const log = createLogger({ service: "test", level: "silent" });

function drive(answer: AddressVerdict) {
  let nowMs = 0;
  let calls = 0;
  const verifier = restingVerifier({
    verifier: {
      verifyMany: async (addresses) => {
        calls += 1;
        return new Map(addresses.map((address) => [address, answer]));
      },
    },
    monotonicMs: () => nowMs,
    log,
  });
  return {
    verifier,
    pass: (ms: number) => void (nowMs += ms),
    get calls() {
      return calls;
    },
  };
}

it.each([
  ["rate_limited", 60_000],
  ["out_of_credit", 300_000],
  ["unauthorised", 300_000],
])("asks nothing for a while after %s, and then asks again", async (reason, restMs) => {
  const driven = drive({ kind: "unavailable", reason });
  await driven.verifier.verifyMany(["ada@example.com"]);
  expect(await driven.verifier.verifyMany(["bob@example.com"])).toEqual(new Map());
  driven.pass(restMs - 1);
  await driven.verifier.verifyMany(["bob@example.com"]);
  expect(driven.calls).toBe(1);
  driven.pass(1);
  await driven.verifier.verifyMany(["bob@example.com"]);
  expect(driven.calls).toBe(2);
});

it("goes on asking after a time-out, which says nothing about the next address", async () => {
  const driven = drive({ kind: "unavailable", reason: "timeout" });
  await driven.verifier.verifyMany(["ada@example.com"]);
  await driven.verifier.verifyMany(["ada@example.com"]);
  expect(driven.calls).toBe(2);
});
