import { sql } from "kysely";
import type { Tx } from "../database.ts";

const monthsAhead = 2;

/** Creates the partitions of the coming months, where they are missing. Runs as system. */
export async function ensurePartitions(tx: Tx): Promise<void> {
  await sql`
    SELECT ensure_partitions('deliveries', now(), ${monthsAhead}), ensure_partitions('activities', now(), ${monthsAhead}),
      ensure_partitions('delivery_facts', now(), ${monthsAhead})`.execute(tx);
}

/** Forgets idempotency keys that are older than `days`, at most `limit`; answers how many. Runs as system. */
export async function forgetIdempotencyKeys(tx: Tx, days: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM idempotency_keys WHERE ctid IN (
      SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(days => ${days}) LIMIT ${limit}
    )`.execute(tx);
  return Number(numAffectedRows);
}
