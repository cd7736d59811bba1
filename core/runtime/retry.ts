import { setTimeout as sleep } from "node:timers/promises";

/**
 * Delay in milliseconds before try number `attempt` + 1: a random part of an exponentially growing span ("full jitter"),
 * so that callers that failed together do not come back together. `attempt` counts from 1; `random` is in [0, 1).
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitter(attempt: number, initialMs: number, maxMs: number, random: number): number {
  const span = Math.min(maxMs, initialMs * 2 ** Math.max(0, attempt - 1));
  return Math.max(1, Math.round(span * random));
}

/** How `retryForever` waits and when it gives up. */
export type RetryOptions = {
  initialMs?: number;
  maxMs?: number;
  /** The only way out besides success. */
  signal?: AbortSignal;
  /** Called after each failure, for the log. */
  onFailure?: (error: unknown, attempt: number, delayMs: number) => void;
};

/** Calls `fn` until it succeeds, with full jitter between failures. Rejects only when the signal is aborted. */
export async function retryForever<T>(
  fn: (attempt: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { initialMs = 100, maxMs = 10_000, signal, onFailure } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await fn(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const delayMs = fullJitter(attempt, initialMs, maxMs, Math.random());
      onFailure?.(error, attempt, delayMs);
      await sleep(delayMs, undefined, signal ? { signal } : {});
    }
  }
}
