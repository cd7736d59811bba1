import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { RecordScope } from "./record.ts";
import { intArray } from "./text-array.ts";
import { withinBatch } from "./within-batch.ts";

/** A delivery in RETRY that comes again later than it was to. */
export interface Postponed {
  seq: number;
  delayMs: number;
}

/**
 * Moves the wake-ups of deliveries that wait for a retry, and of no others. The delivery is the same as before, so its row, its steps and its
 * Activities stay as they are: an outage of hours is one Activity for each who waits, however often they ask. The caller holds the rows' locks.
 */
export async function postponeWakeups(
  tx: Tx,
  { agencyId, blastId, lane }: RecordScope,
  postponed: readonly Postponed[],
): Promise<void> {
  const seqs = postponed.map(({ seq }) => seq);
  const delaysS = postponed.map(({ delayMs }) => delayMs / 1000);
  await sql`
    INSERT INTO wakeups (blast_id, seq, agency_id, customer_id, lane, attempt, at)
    SELECT d.blast_id, d.seq, d.agency_id, d.customer_id, ${lane}, d.attempt,
      clock_timestamp() + make_interval(secs => (${intArray(delaysS)}::float8[])[array_position(${intArray(seqs)}::int[], d.seq)])
    FROM deliveries d
    WHERE d.blast_id = ${blastId} AND d.agency_id = ${agencyId} AND d.seq = ANY(${intArray(seqs)}::int[]) ${withinBatch(seqs)}
      AND d.state = 'retry'
    ORDER BY d.seq
    ON CONFLICT (blast_id, seq) DO UPDATE SET at = excluded.at, attempt = excluded.attempt`.execute(tx);
}
