import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import { maxRound, planPortions, type Portion } from "./plan-portions.ts";

type Agency = { backlog: number; outstanding: number; weight: number; cap: number | null };

/** One blast an agency, all of one lane and one feeder, as `takeBlastsToFeed` answers them. */
function blastsOf(agencies: readonly Agency[], laneWeight = 0): FedBlast[] {
  const hungry = agencies.reduce((sum, { weight }) => sum + weight, 0);
  return agencies.map(({ backlog, outstanding, weight, cap }, index) => ({
    id: `blast-${index}`, agency_id: `agency-${index}`, lane: "bulk", released_seq: 0, release_round: 0, audience_size: backlog + outstanding,
    outstanding, lane_outstanding: outstanding, agency_outstanding: outstanding, retrying: 0, backlog, weight, in_flight_max: cap,
    allowance: null, waited_ms: 0, lane_weight: Math.max(hungry, laneWeight), lane_others: 0, lane_sending: 0,
  })); // prettier-ignore
}

const sizesOf = (agencies: readonly Agency[], window: number, turn: number, laneWeight?: number) => {
  const sizes = agencies.map(() => 0);
  for (const { blast, size } of planPortions(blastsOf(agencies, laneWeight), { window, turn }))
    sizes[Number(blast.id.slice("blast-".length))]! += size;
  return sizes;
};

/** What leaves of an agency in three rounds, while nobody takes any of it. */
const rounds = (agency: Agency, plan: (blasts: FedBlast[]) => Portion[]) => {
  let released = 0;
  for (let round = 0; round < 3; round++) {
    const now = { ...agency, outstanding: agency.outstanding + released, backlog: agency.backlog - released };
    released += sum(plan(blastsOf([now])).map(({ size }) => size));
  }
  return released;
};

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);

const agency = (o: { outstanding: fc.Arbitrary<number> }) =>
  fc.record({
    backlog: fc.integer({ min: 1, max: 1_000_000 }),
    outstanding: o.outstanding,
    weight: fc.integer({ min: 1, max: 100 }),
    cap: fc.option(fc.integer({ min: 1, max: 10_000 })),
  });
const window = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100_000 }));

describe("portions of a round", () => {
  test("something leaves whenever nothing is on the queue, however narrow the lane and however many share it", () => {
    fc.assert(
      fc.property(
        fc.array(agency({ outstanding: fc.constant(0) }), { minLength: 1, maxLength: 50 }),
        window, fc.nat(1_000_000), fc.nat(10_000),
        (agencies, most, turn, laneWeight) => {
          expect(sum(sizesOf(agencies, most, turn, laneWeight))).toBeGreaterThan(0);
        },
      ),
    );
  }); // prettier-ignore

  test("rounds that nobody drains end with the window, a round within one batch, and an agency within its cap", () => {
    fc.assert(
      fc.property(
        fc.array(agency({ outstanding: fc.constant(0) }), { minLength: 1, maxLength: 200 }),
        window,
        (agencies, most) => {
          let now = agencies;
          for (let turn = 0; turn < 12; turn++) {
            const sizes = sizesOf(now, most, turn);
            expect(sum(sizes)).toBeLessThanOrEqual(maxRound);
            now = now.map((each, index) => ({
              ...each,
              outstanding: each.outstanding + sizes[index]!,
              backlog: each.backlog - sizes[index]!,
            }));
            now.forEach(({ outstanding, cap }) => expect(outstanding).toBeLessThanOrEqual(cap ?? most));
            now = now.map((each) => ({ ...each, backlog: Math.max(1, each.backlog) }));
          }
          // What is left of an agency within its share never waits for those that have their slices.
          expect(sum(now.map(({ outstanding }) => outstanding))).toBeLessThanOrEqual(
            2 * most + agencies.length,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test("an agency whose messages are lost leaves the others the larger part of the lane", () => {
    const lost = { backlog: 100_000, outstanding: 4_000, weight: 1, cap: null };
    const others = Array.from({ length: 9 }, () => ({ ...lost, outstanding: 0 }));
    const sizes = sizesOf([lost, ...others], 4_000, 0);
    expect(sizes[0]).toBe(0);
    expect(sum(sizes)).toBeGreaterThanOrEqual(750);
  });

  test.each([
    ["while small blasts come", 0, 1_000],
    ["when none has come for seconds", 5_000, 2_000],
    ["when none has ever come", Infinity, 2_000],
  ])("what waits for the senders %s, beside what they have claimed", (_, quietMs, ahead) => {
    const claimed = 700;
    const released = rounds({ backlog: 100_000, outstanding: claimed, weight: 1, cap: null }, (blasts) =>
      planPortions(
        blasts.map((blast) => ({ ...blast, lane_sending: claimed })),
        { window: 4_000, turn: 0, quietMs },
      ),
    );
    expect(released).toBe(ahead);
  });
});
