import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hunt } from "./hunt.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { createPool, type Pool } from "./pool.ts";

// Threads of their own: histories have their own time, and it must not be the tests'.
let pool: Pool;
beforeAll(() => {
  pool = createPool(2);
});
afterAll(() => pool.close());

const series = 1;

// Processor time is a few seconds each; a machine that does much else takes long for them.
const crowdedMs = 600_000;

test("two thousand histories keep every promise, and each is the same when it is run again", { timeout: crowdedMs }, async () => {
  const portion = { base: series, count: 250, stopAtFirst: false };
  const sums = await Promise.all(Array.from({ length: 8 }, (_, index) => pool.run({ ...portion, first: index * portion.count })));
  expect(sums.flatMap(({ findings }) => findings)).toEqual([]);
  const all = (name: "faults" | "kinds" | "unharmed" | "crashes" | "accepted") => sums.reduce((sum, each) => sum + each[name], 0);
  expect(all("faults")).toBeGreaterThan(20_000);
  expect(all("crashes")).toBeGreaterThan(3_000);
  expect(all("accepted")).toBeGreaterThan(8_000);
  // Histories without teeth would keep every promise too.
  expect(all("kinds")).toBeGreaterThan(4 * 2_000);
  expect(all("unharmed")).toBeLessThan(0.15 * 2_000);
}); // prettier-ignore

test("an hour without the provider loses nobody and reaches nobody twice", { timeout: crowdedMs }, async () => {
  const sum = await pool.run({ base: series, first: 0, count: 120, aim: "provider_outage", stopAtFirst: false });
  expect(sum.findings).toEqual([]);
  expect(sum.outages).toBe(120);
}); // prettier-ignore

describe("a planted bug is found", () => {
  test.each(plantedBugs.map((bug) => [bug.name, bug] as const))(
    "%s",
    { timeout: crowdedMs },
    async (_name, bug) => {
      const { found } = await hunt(pool, bug, { base: series, atMost: 2_000 });
      expect(found, `nothing notices that ${bug.what}`).toBe(true);
    },
  );
});
