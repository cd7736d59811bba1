import { expect, test } from "vitest";
import { page } from "./page.ts";
import { FIGURES, percentileOf, type Figure, type RunRecord } from "./record.ts";

const figures = (some: Partial<Record<Figure, number>>) =>
  Object.fromEntries(FIGURES.map((name) => [name, some[name] ?? 0])) as Record<Figure, number>;

const record = (seed: number, some: Partial<RunRecord>): RunRecord => ({
  seed,
  minutes: 10,
  at: "2026-11-22T10:00:00.000Z",
  commit: "abc1234",
  code: "c0de",
  line: `chaos: of seed ${seed}`,
  passed: true,
  rounds: 5,
  figures: figures({}),
  settle: {},
  held: {},
  faults: {},
  violations: [],
  plot: { perSecond: [], quiet: [], marks: [] },
  ...some,
});

test("a percentile is that of all runs together, not a mean of theirs", () => {
  const quick = { "1": 98 };
  const slow = { "300": 2 };
  expect(percentileOf([quick, slow], 0.5)).toBe(200);
  expect(percentileOf([quick, slow], 0.98)).toBe(200);
  expect(percentileOf([quick, slow], 0.99)).toBe(30_100);
  expect(percentileOf([], 0.5)).toBe(0);
});

test("the page sums over the runs, bounds what was not seen, and gives the longest of their longest times", () => {
  const text = page([
    record(1, { figures: figures({ mails: 100_000, longestStallMs: 7_000 }), faults: { "api killed (kill -9)": 40 } }),
    record(2, { figures: figures({ mails: 200_000, longestStallMs: 3_000 }), faults: { "api killed (kill -9)": 60 } }),
  ]); // prettier-ignore
  expect(text).toContain("2 seeds of the same code (abc1234), 20 minutes of faults in 10 rounds.");
  expect(text).toContain("| mails accepted by the provider | 300,000 |");
  expect(text).toContain("| accepted twice (policy `hold`) | 0 | ≤ 0.001 % |");
  expect(text).toMatch(/\| api killed \(kill -9\) \| .* \| 100 \| ≤ 3 % \|/);
  expect(text).toContain("| longest time without an acceptance while faults raged | 7.0 s |");
  expect(text).not.toContain("invariants broke");
});

test("a violation of any run stands on the page, with no bound for what was seen", () => {
  const text = page([
    record(1, { figures: figures({ mails: 1_000, lost: 2 }), violations: ["round 1: 2 × lost"] }),
  ]);
  expect(text).toContain("**invariants broke, see below**");
  expect(text).toContain("- seed 1: round 1: 2 × lost");
  expect(text).toMatch(/\| lost: .* \| 2 \| +\|/);
});
