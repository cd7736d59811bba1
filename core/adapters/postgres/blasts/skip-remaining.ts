import { sql } from "kysely";
import { releaseReserved } from "../credits/book.ts";
import type { Tx } from "../database.ts";
import { addProgress } from "./progress.ts";

/** Rows a transaction skips at most; so a cancel of a million never holds locks for long. */
export const skipPageRows = 5_000;

/**
 * Skips the next page of what has not left of a blast that was cancelled or refused: pending and waiting for a retry. What is on
 * its way or in doubt stays and is settled. `released` says whether the blast had reserved its credit.
 * Answers the last sequence it looked at, or undefined when nothing was left behind `after`.
 */
export async function skipRemaining(
  tx: Tx,
  blast: { agencyId: string; blastId: string; reason: string; reserved: boolean },
  after: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ last: number | null; skipped: number; retrying: number }>`
    WITH picked AS MATERIALIZED (
      SELECT seq, state FROM deliveries
      WHERE blast_id = ${blast.blastId} AND agency_id = ${blast.agencyId} AND seq > ${after} AND state IN ('pending', 'retry')
      ORDER BY seq LIMIT ${skipPageRows} FOR UPDATE
    ), changed AS (
      UPDATE deliveries d SET state = 'skipped', reason = ${blast.reason}, step = d.step + 1, changed_at = clock_timestamp()
      FROM picked WHERE d.blast_id = ${blast.blastId} AND d.seq = picked.seq
      RETURNING d.seq, d.step, d.customer_id
    ), logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT ${blast.blastId}, seq, step, ${blast.agencyId}, customer_id, 'delivery.skipped',
        jsonb_build_object('reason', ${blast.reason}::text, 'decided', 'when the blast ended')
      FROM changed
    ), unscheduled AS (
      DELETE FROM wakeups w USING picked WHERE w.blast_id = ${blast.blastId} AND w.seq = picked.seq
    )
    SELECT max(seq) AS last, count(*)::int AS skipped, (count(*) FILTER (WHERE state = 'retry'))::int AS retrying
    FROM picked`.execute(tx);
  const { last, skipped, retrying } = rows[0]!;
  if (last === null) return undefined;
  await addProgress(tx, blast, { skipped, retrying: -retrying }, { [blast.reason]: skipped });
  if (blast.reserved) await releaseReserved(tx, blast, skipped);
  return last;
}

export interface StoppedBlast {
  id: string;
  agency_id: string;
  state: "cancelled" | "refused";
  refusal_reason: string;
  /** Null when it had not started, and so had reserved nothing. */
  started_at: Date | null;
}

/** Blasts that were cancelled or refused and have not ended. Runs as system. */
export async function stoppedBlasts(tx: Tx, limit: number): Promise<StoppedBlast[]> {
  const rows = await tx
    .selectFrom("blasts")
    .select(["id", "agency_id", "state", "refusal_reason", "started_at"])
    .where("state", "in", ["cancelled", "refused"])
    .where("completed_at", "is", null)
    .limit(limit)
    .execute();
  return rows as StoppedBlast[];
}
