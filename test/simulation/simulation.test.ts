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

test("three thousand histories keep every promise, and each is the same when it is run again", { timeout: 120_000 }, async () => {
  const portion = { base: series, count: 250, stopAtFirst: false };
  const sums = await Promise.all(Array.from({ length: 12 }, (_, index) => pool.run({ ...portion, first: index * portion.count })));
  expect(sums.flatMap(({ findings }) => findings)).toEqual([]);
  const all = (name: "faults" | "crashes" | "accepted") => sums.reduce((sum, each) => sum + each[name], 0);
  expect(all("faults")).toBeGreaterThan(10_000);
  expect(all("crashes")).toBeGreaterThan(3_000);
  expect(all("accepted")).toBeGreaterThan(3_000);
}); // prettier-ignore

describe("a planted bug is found", () => {
  test.each(plantedBugs.filter(({ rare }) => !rare).map((bug) => [bug.name, bug] as const))(
    "%s",
    { timeout: 60_000 },
    async (_name, bug) => {
      const { found } = await hunt(pool, bug, { base: series, atMost: 6_000 });
      expect(found, `nothing notices that ${bug.what}`).toBe(true);
    },
  );
});
