import { startTicker, type Ticker } from "#core/runtime/ticker.ts";
import type { FeederDeps } from "./deps.ts";
import { finishBlasts } from "./finish-blasts.ts";
import { releaseDeliveries } from "./release-deliveries.ts";

// Short enough that a window of thousands never runs dry between two ticks, long enough to cost nothing when idle.
const feedEveryMs = 100;

/** Releases and finishes, for as long as there is something to do without a pause in between. */
export function startFeeder(deps: FeederDeps): Ticker {
  return startTicker({
    name: "feeder",
    everyMs: feedEveryMs,
    log: deps.log,
    async round() {
      const released = await releaseDeliveries(deps);
      await finishBlasts(deps);
      return { more: released > 0 };
    },
  });
}
