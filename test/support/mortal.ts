// A program that dies at its n-th effect: what it has committed, published or sent stays; nothing after that happens.
import type { Database, Tx } from "#core/adapters/postgres/database.ts";
import type { Envelope } from "#core/runtime/envelope.ts";

/** The places where a process can die and the world can tell the difference. */
export type Boundary =
  | "before commit" | "after commit" | "before publish" | "halfway published" | "after publish" | "before send" | "after send"; // prettier-ignore

/** One life. `dieAt` 0 is for ever. */
export type Life = {
  /** Boundaries crossed so far. */
  readonly crossed: number;
  /** Where it died. */
  readonly diedAt: Boundary | undefined;
  /** Resolves at death. */
  died: Promise<void>;
  database(real: Database): Database;
  publisher(real: Publisher): Publisher;
  /** Wraps any call that changes the world outside. */
  effect<A extends unknown[], R>(call: (...args: A) => Promise<R>): (...args: A) => Promise<R>;
};

type Publisher = { publishAll(envelopes: readonly Envelope[]): Promise<void> };

class Rollback extends Error {}

/** Begins a life. The dead hang: no catch and no finally of theirs runs, as after kill −9. */
export function beginLife(dieAt = 0): Life {
  let crossed = 0;
  let diedAt: Boundary | undefined;
  const death = Promise.withResolvers<void>();
  const dead = () => new Promise<never>(() => undefined);
  const rollback = death.promise.then((): never => {
    throw new Rollback();
  });
  rollback.catch(() => undefined);

  /** True when this is where it dies, or when it is dead already. */
  function dies(at: Boundary): boolean {
    if (diedAt !== undefined) return true;
    crossed += 1;
    if (crossed !== dieAt) return false;
    diedAt = at;
    death.resolve();
    return true;
  }

  /** The connection of a dead process breaks, so PostgreSQL rolls back what was open. */
  async function transact<T>(
    begin: (work: (tx: Tx) => Promise<T>) => Promise<T>,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    if (diedAt !== undefined) return dead();
    let result: T;
    try {
      result = await begin(async (tx) => {
        const worked = await Promise.race([work(tx), rollback]);
        if (dies("before commit")) throw new Rollback();
        return worked;
      });
    } catch (error) {
      if (diedAt !== undefined) return dead();
      throw error;
    }
    return dies("after commit") ? dead() : result;
  }

  return {
    get crossed() {
      return crossed;
    },
    get diedAt() {
      return diedAt;
    },
    died: death.promise,
    database: (real) => ({
      withAgency: (agencyId, work) => transact((run) => real.withAgency(agencyId, run), work),
      asSystem: (work) => transact((run) => real.asSystem(run), work),
      ping: real.ping,
      close: real.close,
    }),
    publisher: (real) => ({
      async publishAll(envelopes) {
        if (dies("before publish")) return dead();
        if (envelopes.length > 1) {
          const half = Math.ceil(envelopes.length / 2);
          await real.publishAll(envelopes.slice(0, half));
          if (dies("halfway published")) return dead();
          await real.publishAll(envelopes.slice(half));
        } else await real.publishAll(envelopes);
        if (dies("after publish")) return dead();
      },
    }),
    effect:
      (call) =>
      async (...args) => {
        if (dies("before send")) return dead();
        const result = await call(...args);
        return dies("after send") ? dead() : result;
      },
  };
}
