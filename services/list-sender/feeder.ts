import { setTimeout as wait } from "node:timers/promises";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import { startTicker, type Ticker } from "#core/runtime/ticker.ts";
import { createArrears } from "./arrears.ts";
import type { FeederDeps } from "./deps.ts";
import { finishBlasts } from "./finish-blasts.ts";
import { lanes, releaseLane } from "./release-deliveries.ts";

// What else may bring work (a pause that ended, a countdown, another instance's blast) waits no longer than a person notices.
const lookEveryMs = 150;
// While there is a backlog: senders claim a batch of 500 in some 80 ms, and what waits for them is two batches.
const feedEveryMs = 20;
const finishEveryMs = 100;
// Whoever starts a blast says so; should that be lost, the lane's ordinary round finds it.
const newLookEveryMs = 60_000;

/** Runs its rounds until it is stopped. */
export type Feeder = Omit<Ticker, "wake"> & {
  /** There may be something new to release, on this lane or on any. */
  wake: (lane?: LaneText) => void;
};

/**
 * Releases and finishes for as long as there is something to do. Each lane has a loop of its own, so that none waits for another's round: that
 * and its own window and consumer is what every lane has for certain, however much the others have to do. Beside it a second loop feeds what has
 * just been frozen for the first time: ten customers do not wait for the round, and do not leave in the batch, of a thousand others.
 */
export function startFeeder(deps: FeederDeps): Feeder {
  const feeders = lanes.map((lane) => ({ lane, ...feedLane(deps, lane) }));
  const finisher = startTicker({
    name: "finisher",
    everyMs: finishEveryMs,
    log: deps.log,
    async round() {
      await finishBlasts(deps);
      return { more: false };
    },
  });
  return {
    wake: (lane) => {
      for (const feeder of feeders) if (lane === undefined || feeder.lane === lane) feeder.fresh.wake();
      if (lane === undefined) finisher.wake();
    },
    stop: async () => {
      await Promise.all(
        [finisher, ...feeders.flatMap(({ fresh, all }) => [fresh, all])].map((each) => each.stop()),
      );
    },
  };
}

function feedLane(deps: FeederDeps, lane: LaneText): { fresh: Ticker; all: Ticker } {
  const arrears = createArrears();
  const all = startTicker({
    name: `feeder ${lane}`,
    everyMs: lookEveryMs,
    log: deps.log,
    async round() {
      await deps.giveWay?.();
      const { hungry } = await releaseLane(deps, lane, { arrears });
      if (hungry > 0) await wait(feedEveryMs);
      return { more: hungry > 0 };
    },
  });
  const fresh = startTicker({
    name: `feeder ${lane}, new`,
    everyMs: newLookEveryMs,
    log: deps.log,
    async round() {
      const { left } = await releaseLane(deps, lane, { arrears, which: "new" });
      if (left) all.wake();
      return { more: false };
    },
  });
  return { fresh, all };
}
