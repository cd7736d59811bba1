import { sql } from "kysely";
import type { Database, Tx } from "../database.ts";

/** A month that is older than what is kept. */
export interface OldMonth {
  /** For example 2026-01. */
  month: string;
  /** Why it was kept all the same; undefined when it was dropped. */
  kept: string | undefined;
}

/** How old rows leave. */
export interface Retention {
  /**
   * Drops deliveries, facts and activities of every month before the last `keepMonths` whole ones, each month in a transaction of its own. A month
   * of which anything may still change is kept. Blasts with their counters, and the ledger, stay for ever.
   * Throws when the tables are too busy to be locked for a moment; then that month is still there.
   */
  dropOldMonths: (keepMonths: number) => AsyncIterable<OldMonth>;
  /** Forgets webhooks that were applied more than `days` ago, at most `limit`; answers how many. */
  forgetEvents: (days: number, limit: number) => Promise<number>;
}

export function createRetention({ asSystem }: Database): Retention {
  return {
    async *dropOldMonths(keepMonths) {
      for (const month of await asSystem((tx) => oldMonths(tx, keepMonths)))
        yield { month, kept: await asSystem((tx) => dropMonth(tx, month)) };
    },
    forgetEvents: (days, limit) =>
      asSystem(async (tx) => {
        const { numAffectedRows = 0n } = await sql`
          DELETE FROM provider_events WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM provider_events
            WHERE received_at < now() - make_interval(days => ${days}) AND applied_at IS NOT NULL
            ORDER BY received_at LIMIT ${limit}))`.execute(tx);
        return Number(numAffectedRows);
      }),
  };
}

async function oldMonths(tx: Tx, keepMonths: number): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    SELECT DISTINCT to_char(m AT TIME ZONE 'UTC', 'YYYY-MM') AS month
    FROM pg_inherits, LATERAL month_of_partition(inhrelid::regclass::text) AS m
    WHERE inhparent IN ('deliveries'::regclass, 'delivery_facts'::regclass, 'activities'::regclass)
      AND m < (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => ${keepMonths})) AT TIME ZONE 'UTC'
    ORDER BY 1`.execute(tx);
  return rows.map(({ month }) => month);
}

async function dropMonth(tx: Tx, month: string): Promise<string | undefined> {
  const first = sql`(${`${month}-01T00:00:00Z`}::timestamptz)`;
  const { rows } = await sql<{ kept: string | null }>`SELECT month_still_needed(${first}) AS kept`.execute(
    tx,
  );
  const kept = rows[0]?.kept ?? undefined;
  if (kept !== undefined) return kept;
  await sql`SELECT drop_month(${first})`.execute(tx);
  // Nobody can write now. Who opened a blast again before that keeps the month: the transaction takes the drop back.
  const { rows: reopened } = await sql`
    SELECT FROM blasts WHERE id >= uuid_v7_floor(${first}) AND id < uuid_v7_floor(${first} + interval '1 month') AND completed_at IS NULL
    LIMIT 1`.execute(tx);
  if (reopened.length > 0)
    throw new Error(`A blast of ${month} was opened again while the month was dropped.`);
  return undefined;
}
