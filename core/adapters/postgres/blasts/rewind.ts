import { sql } from "kysely";
import type { Tx } from "../database.ts";

/**
 * Sets the release mark of running blasts back to their first pending delivery, so that the feeder releases again what is pending:
 * after a pause (messages of a paused blast are taken off the queue), and when the broker lost messages. Messages that are still
 * on the queue become repetitions, which claims absorb. It also sets the count right where it is not what is left: a blast that counts more
 * than it released would never be fed again. Answers how many blasts it rewound.
 */
export async function rewindBlasts(
  tx: Tx,
  which: { blastId: string } | { agencyId: string },
): Promise<number> {
  const chosen = "blastId" in which ? sql`b.id = ${which.blastId}` : sql`b.agency_id = ${which.agencyId}`;
  const { numAffectedRows } = await sql`
    UPDATE blasts b SET released_seq = p.first - 1, released_count = b.eligible - p.pending,
      release_round = b.release_round + 1, feeder_until = NULL
    FROM blasts chosen, LATERAL (
      SELECT min(seq) AS first, count(*)::int AS pending FROM deliveries d
      WHERE d.blast_id = chosen.id AND d.state = 'pending'
    ) p
    WHERE ${chosen} AND chosen.id = b.id AND b.state = 'sending' AND b.completed_at IS NULL AND p.pending > 0
      AND (b.released_seq >= p.first OR b.released_count <> b.eligible - p.pending)`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
