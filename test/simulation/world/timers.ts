// The tickers of services, in simulated time. A real one looks several times a second; this one sleeps until the tables say that there may
// be something to do, and at times longer, because a scheduler may be slow. What it runs is the real round.
import type { MemoryDatabase, Timer } from "../memory/tables.ts";
import { deliver, type Life } from "./life.ts";
import type { World } from "./world.ts";

type Registered = { timer: Timer; life: Life; arm: (atMs: number) => void };

export type Timers = {
  /** Runs `round` for as long as the process lives. */
  start(life: Life, timer: Timer, everyMs: number, round: () => Promise<{ more: boolean }>): void;
  /** Something will be due. */
  poke(timer: Timer, atMs: number): void;
};

const shortestGapMs = 500;
const longestBackoffMs = 10_000;

export function createTimers(world: () => World): Timers {
  let registered: Registered[] = [];

  return {
    poke(timer, atMs) {
      for (const each of registered) if (each.timer === timer && each.life.alive) each.arm(atMs);
    },
    start(life, timer, everyMs, round) {
      const { loop, chance, settings, db } = world();
      let armedAtMs = Number.POSITIVE_INFINITY;
      let running = false;
      let failures = 0;
      let gapMs = shortestGapMs;

      function arm(wishMs: number): void {
        const atMs = Math.max(wishMs, loop.nowMs) + chance.between(1, everyMs);
        if (running || atMs >= armedAtMs) return;
        armedAtMs = atMs;
        deliver(world(), life, atMs - loop.nowMs, () => {
          if (atMs === armedAtMs && !running) run();
        });
      }

      function run(): void {
        running = true;
        armedAtMs = Number.POSITIVE_INFINITY;
        round().then(
          ({ more }) => {
            running = false;
            failures = 0;
            const nextMs = more ? loop.nowMs : nextDueMs(db, timer, loop.nowMs);
            if (nextMs === undefined) return;
            const lazy = timer === "doubts" || timer === "rebuild" || timer === "feeder";
            gapMs = more ? shortestGapMs : Math.min(2 * gapMs, settings.idleGapMs);
            arm(nextMs + (lazy && !more ? chance.spread(1, gapMs) : 0));
          },
          () => {
            running = false;
            failures += 1;
            arm(loop.nowMs + Math.min(longestBackoffMs, everyMs * 2 ** Math.min(failures, 10)));
          },
        );
      }

      registered = registered.filter((each) => each.life.alive);
      registered.push({
        timer,
        life,
        arm(atMs) {
          gapMs = shortestGapMs;
          arm(atMs);
        },
      });
      arm(loop.nowMs);
    },
  };
}

/** When a timer may find something; undefined when there is nothing to wait for. */
function nextDueMs(db: MemoryDatabase, timer: Timer, nowMs: number): number | undefined {
  switch (timer) {
    case "relay":
      return least(db.outbox.values(), (row) => Math.max(row.createdAtMs + 1_001, row.lockedUntilMs));
    case "fire":
      return least(db.schedules.values(), (row) =>
        row.nextAtMs === null ? undefined : Math.max(row.nextAtMs, row.lockedUntilMs),
      );
    case "wake":
      return least(db.wakeups.values(), (row) =>
        db.blasts.get(row.blastId)!.paused || db.agencies.get(row.agencyId)!.paused
          ? undefined
          : row.atMs + 1,
      );
    case "leases":
      return least(db.claims.values(), (row) => row.leaseUntilMs + 1);
    case "doubts":
      return least(db.doubts.values(), (row) => row.nextLookAtMs + 1);
    case "events":
      return least(db.events.values(), (row) => (row.appliedAtMs === null ? nowMs + 1_000 : undefined));
    case "rebuild":
    case "feeder":
      return least(db.blasts.values(), (row) => (row.completedAtMs === null ? nowMs + 1_000 : undefined));
    default:
      return timer satisfies never;
  }
}

function least<T>(rows: Iterable<T>, of: (row: T) => number | undefined): number | undefined {
  let found: number | undefined;
  for (const row of rows) {
    const value = of(row);
    if (value !== undefined && (found === undefined || value < found)) found = value;
  }
  return found;
}
