import { expect, test } from "vitest";
import { jain, median, percentile } from "./statistics.ts";

test("the median of an even number of values is between the two in the middle", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("percentiles lie between the nearest ranks, and the ends are the extremes", () => {
  const values = Array.from({ length: 101 }, (_, index) => 100 - index);
  expect(percentile(values, 99)).toBe(99);
  expect(percentile(values, 0)).toBe(0);
  expect(percentile(values, 100)).toBe(100);
  expect(percentile([1, 2], 75)).toBe(1.75);
});

test("a percentile of nothing is refused instead of being no number", () => {
  expect(() => percentile([], 50)).toThrow("nothing was measured");
});

test("Jain's index is 1 for equal shares and 1/n when one has it all", () => {
  expect(jain([5, 5, 5, 5])).toBe(1);
  expect(jain([20, 0, 0, 0])).toBe(0.25);
});
