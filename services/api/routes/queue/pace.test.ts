import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

it("lets the first pass at once and spreads the others over their time, whoever asks", async () => {
  const pace = createPace(1_000);
  const { signal } = new AbortController();
  const startedMs = performance.now();
  await pace.pass(50, signal);
  expect(performance.now() - startedMs).toBeLessThan(40);
  await Promise.all([pace.pass(50, signal), pace.pass(50, signal)]);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(95);
});

it("does not save up for a flood what was not used", async () => {
  let nowMs = 0;
  const pace = createPace(1_000, () => nowMs);
  const { signal } = new AbortController();
  nowMs = 1_000_000;
  await pace.pass(10, signal);
  await expect(pace.pass(10, AbortSignal.abort())).rejects.toThrow();
});
