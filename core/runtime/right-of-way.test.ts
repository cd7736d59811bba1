import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRightOfWay, wayMs } from "./right-of-way.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A right of way, and how many large pieces have begun. */
function crossing() {
  const way = createRightOfWay(() => performance.now());
  let begun = 0;
  const large = () => void Promise.resolve(way.give()).then(() => (begun += 1));
  const after = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    return begun;
  };
  return { ...way, large, after };
}

test("large work begins at once when nothing was announced", async () => {
  const { large, after } = crossing();
  large();
  expect(await after(0)).toBe(1);
});

test("large work begins when all that was announced has passed", async () => {
  const { wanted, over, large, after } = crossing();
  wanted("standard", "ann");
  wanted("standard", "bob");
  wanted("urgent", "cy");
  large();
  large();
  expect([over("ann"), over("nobody"), over("cy")]).toEqual([true, false, true]);
  expect(await after(1)).toBe(0);
  expect([over("bob"), over("bob")]).toEqual([true, false]);
  expect(await after(0)).toBe(2);
});

test("who waits for some lanes does not wait for the others", () => {
  const { wanted, give } = crossing();
  wanted("standard", "ann");
  expect(give(["urgent"])).toBeUndefined();
  expect(give([])).toBeUndefined();
  expect(give(["standard"])).toBeInstanceOf(Promise);
});

test("it is quiet from the last announcement on, whether or not the lane had time left for it", async () => {
  const { wanted, quietMs, after } = crossing();
  expect(quietMs()).toBe(Infinity);
  for (let times = 0; times < 10; times += 1) {
    wanted("standard", "ann");
    expect(quietMs()).toBe(0);
    await after(wayMs);
  }
  await after(1_000);
  expect(quietMs()).toBe(1_000 + wayMs);
});

test("large work does not wait for what never comes", async () => {
  const { wanted, large, after } = crossing();
  wanted("urgent", "ann");
  large();
  expect(await after(wayMs - 1)).toBe(0);
  expect(await after(1)).toBe(1);
});

test("who asks behind another has the whole time", async () => {
  const { wanted, over, large, after } = crossing();
  wanted("standard", "ann");
  await after(wayMs - 10);
  wanted("standard", "bob");
  over("ann");
  large();
  expect(await after(wayMs - 1)).toBe(0);
  expect(await after(1)).toBe(1);
});

test("a large piece that has waited is not made to wait again by what comes meanwhile", async () => {
  const { wanted, over, large, after } = crossing();
  wanted("standard", "ann");
  large();
  over("ann");
  wanted("standard", "bob");
  expect(await after(0)).toBe(1);
});

test("however many ask, large work goes on for more than two thirds of the time", async () => {
  const { wanted, large, after } = crossing();
  let waitedMs = 0;
  for (let ms = 0; ms < 20_000; ms += 1) {
    wanted(ms % 2 === 0 ? "urgent" : "standard", `agency ${ms}`);
    const before = await after(0);
    large();
    if ((await after(0)) === before) waitedMs += 1;
    await after(1);
  }
  expect(waitedMs).toBeGreaterThan(2_500);
  expect(waitedMs).toBeLessThan(20_000 / 3);
});

test("a lane that asks without end does not use up the other's", async () => {
  const { wanted, large, after } = crossing();
  for (let ms = 0; ms < 5_000; ms += 5) {
    wanted("standard", `agency ${ms}`);
    await after(5);
  }
  wanted("urgent", "ann");
  large();
  expect(await after(wayMs - 1)).toBe(0);
  expect(await after(1)).toBe(1);
});
