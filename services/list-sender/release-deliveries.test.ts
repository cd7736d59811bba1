import { expect, test } from "vitest";
import type { BlastStore } from "#core/adapters/postgres/blast-store.ts";
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { FeederDeps } from "./deps.ts";
import { releaseLane } from "./release-deliveries.ts";

const blast: FedBlast = {
  id: "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e", agency_id: "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4f", lane: "standard", released_seq: 0,
  release_round: 0, audience_size: 100, outstanding: 0, lane_outstanding: 0, agency_outstanding: 0, retrying: 0, backlog: 100, weight: 1,
  in_flight_max: null, allowance: 20, waited_ms: 0, lane_weight: 1, lane_others: 0, lane_sending: 0,
}; // prettier-ignore

/** A feeder whose calls are written down; `fails` is the one that fails. */
function feeder(fails: string | undefined): { deps: FeederDeps; calls: string[] } {
  const calls: string[] = [];
  const called = async <T>(name: string, answer: T): Promise<T> => {
    calls.push(name);
    if (name === fails) throw new Error(`${name} failed`);
    return answer;
  };
  const store: Partial<BlastStore> = {
    takeBlastsToFeed: () => called("take", [blast]),
    nextPortion: (_, size) =>
      called(
        `portion of ${size}`,
        Array.from({ length: size }, (_each, index) => ({ seq: index + 1, customer_id: blast.id })),
      ),
    spendAllowances: ([spent]) => called(`spend ${spent!.count}`, undefined),
    markReleased: () => called("mark", true),
    giveBack: () => called("give back", undefined),
  };
  const publisher = { publishAll: () => called("publish", undefined) };
  const deps = { store: store as BlastStore, publisher, log: {} as Logger, name: "test", nowMs: () => 0, blastWindow: 4_000 }; // prettier-ignore
  return { deps, calls };
}

test("a round is taken off the agency's rate, published, marked, and given back", async () => {
  const { deps, calls } = feeder(undefined);
  expect(await releaseLane(deps, "standard")).toEqual({ hungry: 1, released: 20, left: true });
  expect(calls).toEqual(["take", "portion of 20", "spend 20", "publish", "mark", "give back"]);
});

test.each(["publish", "mark"])(
  "a round whose %s fails has spent its part of the rate all the same, and gives the blast back",
  async (fails) => {
    const { deps, calls } = feeder(fails);
    await expect(releaseLane(deps, "standard")).rejects.toThrow(fails);
    expect(calls).toContain("spend 20");
    expect(calls.at(-1)).toBe("give back");
  },
);

test("a round that could not be taken off the rate publishes nothing", async () => {
  const { deps, calls } = feeder("spend 20");
  await expect(releaseLane(deps, "standard")).rejects.toThrow("spend 20");
  expect(calls).toEqual(["take", "portion of 20", "spend 20", "give back"]);
});

test("a round for new blasts takes none that others feed", async () => {
  const taken: unknown[] = [];
  const { deps } = feeder(undefined);
  deps.store.takeBlastsToFeed = async (...asked) => (taken.push(asked), []);
  await releaseLane(deps, "urgent", { which: "new" });
  expect(taken).toEqual([["urgent", 200, "new"]]);
});

test.each([
  ["while small blasts come", 0, 0],
  ["after seconds in which none came", 60_000, 500],
])("a round with 1,500 unclaimed deliveries on the queue, %s", async (_, quietMs, released) => {
  const { deps } = feeder(undefined);
  const large = { ...blast, audience_size: 9_000, outstanding: 1_500, lane_outstanding: 1_500, agency_outstanding: 1_500, backlog: 7_500, allowance: null }; // prettier-ignore
  deps.store.takeBlastsToFeed = async () => [large];
  expect((await releaseLane({ ...deps, quietMs: () => quietMs }, "standard")).released).toBe(released);
});
