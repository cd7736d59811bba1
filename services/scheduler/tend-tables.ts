// Keeps tables in shape: creates the partitions of the coming months, and forgets idempotency keys that are old.
import { sql } from "kysely";
import type { Round, SchedulerDeps } from "./deps.ts";

const monthsAhead = 2;
// The API promises at least 30 days.
const keepKeysDays = 35;
const maxKeysPerRound = 10_000;

export async function tendTables(deps: SchedulerDeps): Promise<Round> {
  const forgotten = await deps.database.asSystem(async (tx) => {
    await sql`SELECT ensure_partitions('deliveries', now(), ${monthsAhead}), ensure_partitions('activities', now(), ${monthsAhead})`.execute(
      tx,
    );
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM idempotency_keys WHERE ctid IN (
        SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(days => ${keepKeysDays}) LIMIT ${maxKeysPerRound}
      )`.execute(tx);
    return Number(numAffectedRows);
  });
  return { more: forgotten === maxKeysPerRound };
}
