import { sql } from "kysely";
import { releaseReserved } from "../credits/book.ts";
import type { Tx } from "../database.ts";
import { addProgress } from "./progress.ts";

/** Sequences a transaction looks at; so a cancel of a million never holds locks for long. */
export const skipPageRows = 5_000;

/**
 * Skips what has not left of the next page of a blast that was cancelled or refused: pending and waiting for a retry. What is on its way
 * or in doubt stays and is settled. `reserved` says whether the blast had reserved its credit.
 * Answers the last sequence it looked at, or undefined when that was the end of the audience.
 */
export async function skipRemaining(
  tx: Tx,
  blast: { agencyId: string; blastId: string; reason: string; reserved: boolean; audienceSize: number },
  after: number,
): Promise<number | undefined> {
  const last = after + skipPageRows;
  const page = sql`d.blast_id = ${blast.blastId} AND d.agency_id = ${blast.agencyId} AND d.seq > ${after}::int AND d.seq <= ${last}::int
    AND d.state IN ('pending', 'retry')`;
  // In the order in which claims lock.
  await sql`SELECT FROM deliveries d WHERE ${page} ORDER BY d.seq FOR UPDATE`.execute(tx);
  const { rows } = await sql<{ skipped: number; retrying: number }>`
    WITH changed AS (
      UPDATE deliveries d SET state = 'skipped', reason = ${blast.reason}, step = d.step + 1, changed_at = clock_timestamp()
      WHERE ${page}
      RETURNING d.seq, d.step, d.customer_id
    ), logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT ${blast.blastId}, seq, step, ${blast.agencyId}, customer_id, 'delivery.skipped',
        jsonb_build_object('reason', ${blast.reason}::text, 'decided', 'when the blast ended')
      FROM changed
    ), unscheduled AS (
      -- Everything that waits for a retry has one, and nothing else of this page has.
      DELETE FROM wakeups w
      WHERE w.blast_id = ${blast.blastId} AND w.seq > ${after}::int AND w.seq <= ${last}::int AND w.seq IN (SELECT seq FROM changed)
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM changed)::int AS skipped, (SELECT count(*) FROM unscheduled)::int AS retrying`.execute(
    tx,
  );
  const { skipped, retrying } = rows[0]!;
  if (skipped > 0) {
    await addProgress(tx, blast, { skipped, retrying: -retrying }, { [blast.reason]: skipped });
    if (blast.reserved) await releaseReserved(tx, blast, skipped);
  }
  return last < blast.audienceSize ? last : undefined;
}

export interface StoppedBlast {
  id: string;
  agency_id: string;
  state: "cancelled" | "refused";
  refusal_reason: string;
  /** Customers that were frozen; nothing is behind them. */
  audience_size: number;
  /** Null when it had not started, and so had reserved nothing. */
  started_at: Date | null;
}

/** Blasts that were cancelled or refused and have not ended. Runs as system. */
export async function stoppedBlasts(tx: Tx, limit: number): Promise<StoppedBlast[]> {
  const rows = await tx
    .selectFrom("blasts")
    .select(["id", "agency_id", "state", "refusal_reason", "audience_size", "started_at"])
    .where("state", "in", ["cancelled", "refused"])
    .where("completed_at", "is", null)
    .limit(limit)
    .execute();
  return rows as StoppedBlast[];
}
