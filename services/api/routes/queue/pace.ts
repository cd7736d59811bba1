import { setTimeout as sleep } from "node:timers/promises";

/** Lets at most so many things a second pass, over all calls of this process. */
export type Pace = {
  /** Waits until `count` may pass. Throws when the signal aborts the wait. */
  pass(count: number, signal: AbortSignal): Promise<void>;
};

export function createPace(perSecond: number, monotonicMs: () => number = () => performance.now()): Pace {
  let freeAtMs = Number.NEGATIVE_INFINITY;
  return {
    async pass(count, signal) {
      const nowMs = monotonicMs();
      const startMs = Math.max(nowMs, freeAtMs);
      freeAtMs = startMs + (count / perSecond) * 1_000;
      if (startMs > nowMs) await sleep(startMs - nowMs, undefined, { signal });
    },
  };
}
