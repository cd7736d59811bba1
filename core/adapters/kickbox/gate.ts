import { setTimeout as sleep } from "node:timers/promises";

/** Lets a bounded number of calls run at once, and a bounded number start a minute. */
export type Gate = {
  /** Runs the call when its turn comes. Gives null when too many wait; throws when the signal aborts the wait. */
  pass<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T | null>;
};

export type GateLimits = {
  maxConcurrent: number;
  maxPerMinute: number;
  maxWaiting: number;
  /** Another minute, for tests. */
  minuteMs?: number;
};

const MINUTE_MS = 60_000;

export function createGate(limits: GateLimits): Gate {
  const { maxConcurrent, maxPerMinute, maxWaiting, minuteMs = MINUTE_MS } = limits;
  // When each of the last `maxPerMinute` calls started: the oldest must be a minute old before another one starts.
  const starts = new Float64Array(maxPerMinute).fill(Number.NEGATIVE_INFINITY);
  let oldest = 0;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    if (running < maxConcurrent) {
      running++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever leaves hands over its place, so `running` stays as it is.
    waiting.push(resolve);
    const onAbort = () => {
      const at = waiting.indexOf(resolve);
      if (at === -1) return;
      waiting.splice(at, 1);
      reject(signal!.reason as Error);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", onAbort));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }

  return {
    async pass(call, signal) {
      signal?.throwIfAborted();
      if (waiting.length >= maxWaiting) return null;
      await enter(signal);
      try {
        const nowMs = performance.now();
        const startMs = Math.max(nowMs, starts[oldest]! + minuteMs);
        starts[oldest] = startMs;
        oldest = (oldest + 1) % maxPerMinute;
        if (startMs > nowMs) await sleep(startMs - nowMs, undefined, signal === undefined ? {} : { signal });
        return await call();
      } finally {
        leave();
      }
    },
  };
}
