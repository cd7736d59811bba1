// Keeps tables in shape: creates the partitions of the coming months, and forgets idempotency keys that are old.
import { ensurePartitions, forgetIdempotencyKeys } from "#core/adapters/postgres/maintenance/tend-tables.ts";
import type { Round, SchedulerDeps } from "./deps.ts";

// The API promises at least 30 days.
const keepKeysDays = 35;
const maxKeysPerRound = 10_000;

export async function tendTables(deps: SchedulerDeps): Promise<Round> {
  const forgotten = await deps.database.asSystem(async (tx) => {
    await ensurePartitions(tx);
    return forgetIdempotencyKeys(tx, keepKeysDays, maxKeysPerRound);
  });
  return { more: forgotten === maxKeysPerRound };
}
