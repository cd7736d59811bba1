import type { Logger } from "./log.ts";
import { createWake } from "./wake.ts";

/** A job that runs again and again, in one place at a time. */
export type Ticker = {
  /** Runs soon instead of at the next tick. */
  wake: () => void;
  /** Lets a round that runs finish, and ends. */
  stop: () => Promise<void>;
};

/**
 * Runs `round` every `everyMs`, or at once after a round that says it has more to do. A failing round is logged and tried again
 * with the delay doubled up to `maxDelayMs`; nothing ends it but `stop`.
 */
export function startTicker(options: {
  name: string;
  everyMs: number;
  maxDelayMs?: number;
  round: () => Promise<{ more: boolean }>;
  log: Logger;
}): Ticker {
  const { name, everyMs, maxDelayMs = 10_000, round, log } = options;
  const wake = createWake();
  let stopped = false;
  const finished = (async () => {
    let failures = 0;
    while (!stopped) {
      let waitMs = everyMs;
      try {
        if ((await round()).more) waitMs = 0;
        failures = 0;
      } catch (error) {
        failures += 1;
        waitMs = Math.min(maxDelayMs, everyMs * 2 ** Math.min(failures, 10));
        log.warn({ err: error, ticker: name, failures, waitMs }, "a timer's round failed; it runs again");
      }
      if (!stopped && waitMs > 0) await wake.wait(waitMs);
    }
  })();
  return {
    wake: () => wake.wake(),
    async stop() {
      stopped = true;
      wake.wake();
      await finished;
    },
  };
}
