// A process and how its calls meet the world: late, never, answered with an error although they worked, or not at all because the process
// dies right before or right after. The dead hang: no catch and no finally of theirs runs, as after kill -9.
import type { Locks, Transactions } from "../memory/stores.ts";
import { ConstraintError } from "../memory/tables.ts";
import type { World } from "./world.ts";

export type Life = {
  name: string;
  alive: boolean;
  /** SIGSTOP until then; what answers meanwhile is heard afterwards. */
  stoppedUntilMs: number;
  /** How far its wall clock is off. */
  clockOffMs: number;
  onDeath: (() => void)[];
};

/** Starts a process that is started again whenever it dies. Answers how to reach the one that lives. */
export function startProcess(world: World, name: string, start: (life: Life) => void): () => Life {
  let life: Life;
  const begin = () => {
    const { clockMaxMs } = world.faults;
    const clockOffMs = world.faults.on && clockMaxMs > 0 ? world.chance.between(-clockMaxMs, clockMaxMs) : 0;
    life = {
      name,
      alive: true,
      stoppedUntilMs: 0,
      clockOffMs,
      onDeath: [() => world.loop.after(world.chance.spread(10, 20_000), begin)],
    };
    start(life);
  };
  begin();
  return () => life;
}

export function kill(world: World, life: Life, where: string): void {
  if (!life.alive) return;
  life.alive = false;
  world.stats.crashes += 1;
  world.stats.kinds.add("crash");
  world.trace.add(world.loop.nowMs, life.name, `dies ${where}`);
  for (const work of life.onDeath.splice(0).toReversed()) work();
}

/** Faults are answered by errors of the world; these are of whoever wrote the code, and a round that always fails looks like an idle one. */
export function reportDefect(world: World, where: string, error: unknown): void {
  const isDefect =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  if (isDefect) world.violate(`${where} fails: ${error.stack ?? error.message}`);
}

/** Whether it dies here, or is dead already. Instead it may stand still for a while. */
export function dies(world: World, life: Life, where: string): boolean {
  const { faults, chance, loop } = world;
  if (life.alive && faults.on && chance.hits(faults.crash)) kill(world, life, where);
  const freeze = where === "after send" ? Math.max(faults.freeze, faults.freezeAfterSend) : faults.freeze;
  if (life.alive && world.fault(freeze, "stands still")) {
    world.trace.add(loop.nowMs, life.name, `stands still ${where}`);
    stop(world, life);
  }
  return !life.alive;
}

/** Stops a process; one that stands still already goes on no sooner for it, for what it is to hear waits until then. */
export function stop(world: World, life: Life): void {
  life.stoppedUntilMs = Math.max(life.stoppedUntilMs, world.loop.nowMs + stopMs(world));
}

/** How long a process stands still: a moment, or so long that leases end. */
function stopMs({ chance, faults }: World): number {
  const { stopMaxMs } = faults;
  return chance.hits(0.5) ? chance.spread(200, stopMaxMs) : chance.between(stopMaxMs / 3, stopMaxMs);
}

/** Runs `work` for a process when it hears of it: after a delay, after it goes on, never when it is dead. */
export function deliver(world: World, life: Life, delayMs: number, work: () => void): void {
  if (delayMs > 0) return world.loop.after(delayMs, () => deliver(world, life, 0, work));
  if (!life.alive) return;
  const stoppedMs = life.stoppedUntilMs - world.loop.nowMs;
  if (stoppedMs > 0) return world.loop.after(stoppedMs, () => deliver(world, life, 0, work));
  world.loop.touch();
  work();
}

/** How long an answer takes: mostly nothing worth simulating. */
export function latencyMs(world: World): number {
  if (world.chance.hits(0.5)) return 0;
  return world.fault(world.faults.slow, "slow")
    ? world.chance.spread(100, 40_000)
    : world.chance.between(1, 20);
}

/** A call of a process to anything but the database. `perform` happens at once; it may answer later. */
export function call<T>(
  world: World,
  life: Life,
  name: string,
  perform: () => T | Promise<T>,
  takesMs: () => number = () => latencyMs(world),
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (dies(world, life, `before ${name}`)) return;
    const answer = (settle: () => void) => {
      if (!dies(world, life, `after ${name}`)) deliver(world, life, takesMs(), settle);
    };
    try {
      const result = perform();
      if (result instanceof Promise)
        result.then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error as Error)),
        );
      else answer(() => resolve(result));
    } catch (error) {
      answer(() => reject(error as Error));
    }
  });
}

const awayError = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const resetError = () =>
  Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });
const idleInTransactionMs = 30_000;

/** Transactions as one process has them. */
export function transactionsOf(world: World, life: Life): Transactions {
  const { loop, trace, faults } = world;

  function begin<T>(
    name: string,
    locks: Locks,
    work: (o: { end: (outcome: () => T) => void }) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (dies(world, life, `before ${name}`)) return;
      const arrive = () => {
        // A process that died meanwhile may have sent its statement before.
        if (!life.alive && world.chance.hits(0.5)) return;
        if (world.databaseAway || world.fault(faults.databaseBefore, "database connection lost")) {
          trace.add(loop.nowMs, life.name, `${name} fails: no database`);
          return deliver(world, life, latencyMs(world), () => reject(awayError()));
        }
        world.locking.acquire(locks, (release) => {
          const end = (outcome: () => T) => {
            let settle: () => void;
            try {
              const result = outcome();
              settle = () => resolve(result);
              trace.add(loop.nowMs, life.name, name);
            } catch (error) {
              if (error instanceof ConstraintError)
                world.violate(`the database refuses ${name}: ${error.message}`);
              trace.add(loop.nowMs, life.name, `${name} fails: ${(error as Error).message}`);
              settle = () => reject(error as Error);
            }
            release();
            if (dies(world, life, `after ${name}`)) return;
            // A connection that breaks is noticed at once, one that falls silent after a while.
            const unanswered =
              name === "record"
                ? Math.max(faults.databaseAfter, faults.recordUnanswered)
                : faults.databaseAfter;
            if (world.fault(unanswered, "commit unanswered"))
              return deliver(world, life, world.chance.spread(1, 30_000), () => reject(resetError()));
            deliver(world, life, latencyMs(world), settle);
          };
          work({ end });
        });
      };
      // Most statements arrive at once; a few later than what others do meanwhile.
      const stoppedMs = Math.max(0, life.stoppedUntilMs - loop.nowMs);
      const delayMs = stoppedMs + (world.chance.hits(0.8) ? 0 : latencyMs(world));
      if (delayMs > 0) loop.after(delayMs, arrive);
      else arrive();
    });
  }

  return {
    once: (name, work, locks = {}) => begin(name, locks, ({ end }) => end(work)),
    open: (name, locks, read, write) =>
      begin(name, locks, ({ end }) => {
        const seen = read();
        const startMs = loop.nowMs;
        const commit = () => {
          const heldMs = loop.nowMs - startMs;
          if (heldMs >= idleInTransactionMs || world.databaseAway || !life.alive) return end(() => { throw resetError(); }); // prettier-ignore
          // Stopped between two statements, its locks stay until it goes on or PostgreSQL has had enough.
          const stoppedMs = life.stoppedUntilMs - loop.nowMs;
          if (stoppedMs > 0) return loop.after(Math.min(stoppedMs, idleInTransactionMs - heldMs), commit);
          end(() => write(seen));
        };
        if (dies(world, life, `inside ${name}`)) return commit();
        if (!world.faults.on || world.chance.hits(0.5)) return commit();
        // The dead let go of their locks when their connection breaks.
        life.onDeath.push(() => loop.after(0, commit));
        loop.after(
          world.chance.hits(0.2) ? world.chance.spread(100, 8_000) : world.chance.spread(1, 400),
          commit,
        );
      }),
  };
}
