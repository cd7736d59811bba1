// Keeps tables in shape: creates the partitions of the coming months, and forgets idempotency keys that are old.
import type { Round, SchedulerDeps } from "./deps.ts";

// The API promises at least 30 days.
const keepKeysDays = 35;
const maxKeysPerRound = 10_000;

export async function tendTables(deps: SchedulerDeps): Promise<Round> {
  const forgotten = await deps.store.tendTables(keepKeysDays, maxKeysPerRound);
  return { more: forgotten === maxKeysPerRound };
}
