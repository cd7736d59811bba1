// Two transactions that meet: one is held open, and the other is waited for until it stands before what the first holds.
import { sql } from "kysely";
import type { Database, Tx } from "#core/adapters/postgres/database.ts";
import { until } from "./until.ts";

/** A transaction of an agency that has done its `first`, and keeps its locks until it may end; `end` answers once it has committed. */
export async function holdOpen(
  database: Database,
  agencyId: string,
  first: (tx: Tx) => Promise<unknown>,
  last?: (tx: Tx) => Promise<unknown>,
): Promise<{ end: () => Promise<void> }> {
  const [done, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const whole = database.withAgency(agencyId, async (tx) => {
    await first(tx);
    done.resolve();
    await go.promise;
    await last?.(tx);
  });
  // Should `first` fail, that is what is told.
  await Promise.race([done.promise, whole]);
  const end = async () => {
    go.resolve();
    await whole;
  };
  return { end };
}

const patienceMs = 10_000;

/** Answers once that many of the database's transactions wait for what another one holds. */
export async function othersWait(database: Database, count = 1): Promise<void> {
  await until(`${count} to wait for a lock`, patienceMs, async () => {
    const { rows } = await database.asSystem((tx) =>
      sql`SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity a USING (pid)
        WHERE a.datname = current_database() AND NOT granted`.execute(tx),
    );
    return rows.length >= count;
  });
} // prettier-ignore
