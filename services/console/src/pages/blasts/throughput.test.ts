import { expect, test } from "vitest";
import { addSample, curveRates, joinRates, liveRates, type Sample } from "./throughput.ts";

test("the curve is zero where the API left buckets out, and after the last", () => {
  const buckets = [
    { start: 10, accepted: 20 },
    { start: 30, accepted: 10 },
  ];
  expect(curveRates(buckets, 5)).toEqual({ times: [10, 15, 25, 30, 35], perSecond: [4, 0, 0, 2, 0] });
});

test("samples within a second replace each other, so that the rate does not jump with the server's ticks", () => {
  const samples = [0, 0.25, 0.5, 0.75, 1, 1.25, 2].reduce<Sample[]>(
    (known, at) => addSample(known, { at, accepted: at * 100 }),
    [],
  );
  const { perSecond } = liveRates(samples);
  expect(perSecond.length).toBeGreaterThan(0);
  for (const rate of perSecond) expect(rate).toBeCloseTo(100);
  expect(samples.length).toBeLessThan(5);
});

test("a silence is a rate of zero and does not thin out what comes after it", () => {
  const samples = [
    { at: 0, accepted: 0 },
    { at: 10, accepted: 500 },
  ].reduce<Sample[]>(addSample, []);
  expect(liveRates(samples)).toEqual({ times: [9, 10], perSecond: [0, 500] });
});

test("fewer accepted than before, as after a correction, begins anew", () => {
  expect(addSample([{ at: 1, accepted: 10 }], { at: 2, accepted: 5 })).toEqual([{ at: 2, accepted: 5 }]);
});

test("the page's own samples take the place of the curve from their beginning on", () => {
  const joined = joinRates(
    { times: [1, 2, 3, 4], perSecond: [1, 2, 3, 4] },
    { times: [3, 5], perSecond: [30, 50] },
  );
  expect(joined).toEqual({ times: [1, 2, 3, 5], perSecond: [1, 2, 30, 50] });
});
