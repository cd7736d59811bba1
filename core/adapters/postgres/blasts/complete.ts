import { sql } from "kysely";
import type { Tx } from "../database.ts";

export interface CompletedBlast {
  agency_id: string;
  id: string;
  state: string;
  /** How often it had completed before and was opened again. */
  reopened: number;
  refusal_reason: string;
  audience_size: number;
  accepted: number;
  skipped: number;
  rejected: number;
  held: number;
  completed_at: Date;
}

/**
 * Marks blasts as ended when every delivery is terminal or held, and answers those that this call ended. Runs as
 * system over all that are at work. A blast whose deliveries a person had tried again meanwhile is left to the next call:
 * its counters were read before.
 */
export async function completeBlasts(tx: Tx, limit: number): Promise<CompletedBlast[]> {
  const { rows } = await sql<CompletedBlast>`
    WITH sums AS (
      SELECT b.id, b.reopened, sum(p.accepted)::int AS accepted, sum(p.skipped)::int AS skipped, sum(p.rejected)::int AS rejected,
        sum(p.held)::int AS held
      FROM blasts b LEFT JOIN blast_progress p ON p.blast_id = b.id
      WHERE b.completed_at IS NULL AND b.state IN ('sending', 'cancelled', 'refused')
      GROUP BY b.id
      HAVING coalesce(sum(p.accepted + p.skipped + p.rejected + p.held), 0) = b.audience_size
      LIMIT ${limit}
    )
    UPDATE blasts b SET completed_at = clock_timestamp(), state = CASE WHEN b.state = 'sending' THEN 'completed' ELSE b.state END
    FROM sums WHERE b.id = sums.id AND b.completed_at IS NULL AND b.reopened = sums.reopened
    RETURNING b.agency_id, b.id, b.state, b.reopened, b.refusal_reason, b.audience_size, coalesce(sums.accepted, 0) AS accepted,
      coalesce(sums.skipped, 0) AS skipped, coalesce(sums.rejected, 0) AS rejected, coalesce(sums.held, 0) AS held,
      b.completed_at`.execute(tx);
  return rows;
}
