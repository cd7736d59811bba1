import { setTimeout as wait } from "node:timers/promises";
import { startTicker, type Ticker } from "#core/runtime/ticker.ts";
import type { FeederDeps } from "./deps.ts";
import { finishBlasts } from "./finish-blasts.ts";
import { lanes, releaseLane } from "./release-deliveries.ts";

// What else may bring work (a pause that ended, a countdown, another instance's blast) waits no longer than a person notices.
const lookEveryMs = 150;
// While there is a backlog: senders claim a batch of 500 in some 80 ms, and what waits for them is two batches.
const feedEveryMs = 20;
const finishEveryMs = 100;

/**
 * Releases and finishes for as long as there is something to do. Each lane has a loop of its own, so that none waits for another's round: that
 * and its own window and consumer is what every lane has for certain, however much the others have to do.
 */
export function startFeeder(deps: FeederDeps): Ticker {
  const tickers = lanes.map((lane) =>
    startTicker({
      name: `feeder ${lane}`,
      everyMs: lookEveryMs,
      log: deps.log,
      async round() {
        const { hungry } = await releaseLane(deps, lane);
        if (hungry > 0) await wait(feedEveryMs);
        return { more: hungry > 0 };
      },
    }),
  );
  tickers.push(
    startTicker({
      name: "finisher",
      everyMs: finishEveryMs,
      log: deps.log,
      async round() {
        await finishBlasts(deps);
        return { more: false };
      },
    }),
  );
  return {
    wake: () => {
      for (const ticker of tickers) ticker.wake();
    },
    stop: async () => {
      await Promise.all(tickers.map((ticker) => ticker.stop()));
    },
  };
}
