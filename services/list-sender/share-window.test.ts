import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shareWindow } from "./share-window.ts";

const demand = fc.record({ weight: fc.integer({ min: 1, max: 100 }), wanted: fc.nat(10_000) });
const demands = fc.array(demand, { minLength: 1, maxLength: 30 });
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

describe("a window is shared by weight", () => {
  test.each<[string, number, [number, number][], number[]]>([
    ["one alone has it all", 900, [[1, 5_000]], [900]],
    ["equals have equal parts", 900, [[1, 5_000], [1, 5_000], [1, 5_000]], [300, 300, 300]],
    ["thrice the weight is thrice the part", 1_000, [[3, 5_000], [1, 5_000]], [750, 250]],
    ["what one cannot use goes to the others by weight", 1_000, [[1, 10], [2, 5_000], [1, 5_000]], [10, 660, 330]],
    ["whoever wants nothing gets nothing", 100, [[1, 0], [1, 80]], [0, 80]],
  ])("%s", (_name, window, pairs, expected) => {
    expect(shareWindow(window, pairs.map(([weight, wanted]) => ({ weight, wanted })))).toEqual(expected);
  }); // prettier-ignore

  test("nobody gets more than he wants, and whoever wants something gets something", () => {
    fc.assert(
      fc.property(fc.nat(20_000), demands, (window, wanted) => {
        for (const [index, share] of shareWindow(window, wanted).entries()) {
          expect(share).toBeLessThanOrEqual(wanted[index]!.wanted);
          expect(share).toBeGreaterThanOrEqual(Math.min(1, wanted[index]!.wanted));
        }
      }),
    );
  });

  test("it is used up while anybody wants more, but for what does not divide", () => {
    fc.assert(
      fc.property(fc.nat(20_000), demands, (window, wanted) => {
        const used = sum(shareWindow(window, wanted));
        const most = Math.min(window, sum(wanted.map((each) => each.wanted)));
        expect(used).toBeGreaterThanOrEqual(most - wanted.length);
        expect(used).toBeLessThanOrEqual(Math.max(window, 0) + wanted.length);
      }),
    );
  });

  test("of two that want more than they get, the heavier gets no less, but for what does not divide", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 20_000 }), demands, (window, wanted) => {
        const shares = shareWindow(window, wanted);
        const hungry = wanted.flatMap((each, index) =>
          shares[index]! < each.wanted ? [{ weight: each.weight, share: shares[index]! }] : [],
        );
        for (const one of hungry)
          for (const other of hungry)
            if (one.weight > other.weight)
              expect(one.share).toBeGreaterThanOrEqual(other.share - wanted.length);
      }),
    );
  });
});
