// The tickers of services, in simulated time. A real one looks several times a second; this one sleeps until the tables say that there may
// be something to do, and at times longer, because a scheduler may be slow. What it runs is the real round.
import { nextDueMs } from "../memory/due.ts";
import type { MemoryDatabase, Timer } from "../memory/tables.ts";
import { deliver, reportDefect, type Life } from "./life.ts";
import type { World } from "./world.ts";

type Registered = { timer: Timer; life: Life; arm: (atMs: number) => void };

export type Timers = {
  /** Runs `round` for as long as the process lives. */
  start(life: Life, timer: Timer, everyMs: number, round: () => Promise<{ more: boolean }>): void;
  /** Something will be due. */
  poke(timer: Timer, atMs: number): void;
};

const shortestGapMs = 500;
// Rounds that found nothing are far apart soon: the first looks and the last one tell most.
const gapGrowth = 4;
// Rounds that look for what may be missing. They look now and then even when no row is due: they must leave it at that.
const lazy: ReadonlySet<Timer> = new Set(["doubts", "rebuild", "feeder"]);
const longSleepGaps = 2;
const longestBackoffMs = 10_000;
// How often a round runs that was asked for although no row is due any more.
const needless = 0.2;

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
          if (atMs !== armedAtMs || running) return;
          armedAtMs = Number.POSITIVE_INFINITY;
          const dueMs = nextDueMs(db, timer, settings);
          if ((dueMs !== undefined && dueMs <= loop.nowMs) || chance.hits(needless)) run();
          else sleep(dueMs);
        });
      }

      function sleep(dueMs: number | undefined): void {
        const isLazy = lazy.has(timer);
        if (dueMs !== undefined) arm(dueMs + (isLazy ? pauseMs() : 0));
        else if (isLazy && hasOpenBlast(db)) arm(loop.nowMs + longSleepGaps * settings.idleGapMs);
      }

      const pauseMs = () =>
        chance.hits(0.3) ? chance.spread(1, gapMs) : chance.between(Math.ceil(gapMs / 4), gapMs);

      function run(): void {
        running = true;
        round().then(
          ({ more }) => {
            running = false;
            failures = 0;
            gapMs = more ? shortestGapMs : Math.min(gapGrowth * gapMs, settings.idleGapMs);
            if (more) arm(loop.nowMs);
            else sleep(nextDueMs(db, timer, settings));
          },
          (error: unknown) => {
            running = false;
            failures += 1;
            reportDefect(world(), `the ${timer} round`, error);
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

function hasOpenBlast(db: MemoryDatabase): boolean {
  for (const { completedAtMs } of db.blasts.values()) if (completedAtMs === null) return true;
  return false;
}
