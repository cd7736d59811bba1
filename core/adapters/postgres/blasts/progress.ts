import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Changes of a blast's counters. */
export interface ProgressDelta {
  accepted?: number;
  skipped?: number;
  rejected?: number;
  retrying?: number;
  in_doubt?: number;
  held?: number;
}

// Enough that the parallel batches of a few instances seldom meet, few enough to sum at every tick.
const progressShards = 16;

/**
 * The shard to count in: that of the connection. So a transaction that counts several times takes one row of a blast, and two that
 * meet wait for each other instead of dying of each other.
 */
export const ownShard = sql`(pg_backend_pid() % ${sql.lit(progressShards)})::smallint`;

/** Adds to a blast's counters, in the transaction that changes its deliveries. */
export async function addProgress(
  tx: Tx,
  blast: { agencyId: string; blastId: string },
  delta: ProgressDelta,
  reasons: Record<string, number> = {},
): Promise<void> {
  await sql`
    INSERT INTO blast_progress (blast_id, shard, agency_id, accepted, skipped, rejected, retrying, in_doubt, held)
    VALUES (${blast.blastId}, ${ownShard}, ${blast.agencyId}, ${delta.accepted ?? 0}, ${delta.skipped ?? 0},
      ${delta.rejected ?? 0}, ${delta.retrying ?? 0}, ${delta.in_doubt ?? 0}, ${delta.held ?? 0})
    ON CONFLICT (blast_id, shard) DO UPDATE SET
      accepted = blast_progress.accepted + excluded.accepted, skipped = blast_progress.skipped + excluded.skipped,
      rejected = blast_progress.rejected + excluded.rejected, retrying = blast_progress.retrying + excluded.retrying,
      in_doubt = blast_progress.in_doubt + excluded.in_doubt, held = blast_progress.held + excluded.held,
      changed_at = now()`.execute(tx);
  const names = Object.keys(reasons).sort();
  if (names.length === 0) return;
  await sql`
    INSERT INTO blast_reasons (blast_id, reason, shard, agency_id, count)
    SELECT ${blast.blastId}, reason, ${ownShard}, ${blast.agencyId}, n
    FROM unnest(${names}::text[], ${names.map((name) => reasons[name]!)}::int[]) AS r(reason, n) ORDER BY reason
    ON CONFLICT (blast_id, reason, shard) DO UPDATE SET count = blast_reasons.count + excluded.count`.execute(
    tx,
  );
}
