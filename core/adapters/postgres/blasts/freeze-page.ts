import { sql } from "kysely";
import { audienceFrom, audienceJudgements, frozenSkipReason, type AudienceJson } from "../audience/source.ts";
import type { Tx } from "../database.ts";
import { addProgress } from "./progress.ts";

/** A page is one transaction and one statement: what a crash redoes at most. 10,000 take about a quarter of a second. */
export const freezePageRows = 10_000;

export type FreezePage =
  | { kind: "more"; frozen: number }
  | { kind: "last"; frozen: number }
  /** The blast is not being frozen (any more): cancelled, or done by another instance. */
  | { kind: "stopped"; state: string };

/**
 * Freezes the next page of a blast's audience as deliveries, distinct by customer and by normalised address: the first eligible
 * customer of an address gets the mail, the others are skipped as duplicate_address and stay in the balance sheet.
 * The blast's row lock keeps instances from freezing the same page.
 */
export async function freezePage(tx: Tx, agencyId: string, blastId: string): Promise<FreezePage> {
  const blast = await tx
    .selectFrom("blasts")
    .select(["state", "audience", "audience_size", "freeze_cursor"])
    .where("id", "=", blastId)
    .where("agency_id", "=", agencyId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (blast.state !== "accepted" && blast.state !== "freezing")
    return { kind: "stopped", state: blast.state };

  const frozen = await freezeRows(tx, agencyId, blastId, blast.audience as AudienceJson, {
    after: blast.freeze_cursor,
    offset: blast.audience_size,
  });
  await tx
    .updateTable("blasts")
    .set((eb) => ({
      state: "freezing",
      freeze_cursor: frozen.cursor ?? blast.freeze_cursor,
      audience_size: blast.audience_size + frozen.rows,
      eligible: eb("eligible", "+", frozen.eligible),
    }))
    .where("id", "=", blastId)
    .execute();
  if (frozen.rows > frozen.eligible) {
    await addProgress(tx, { agencyId, blastId }, { skipped: frozen.rows - frozen.eligible }, frozen.reasons);
  }
  return { kind: frozen.rows < freezePageRows ? "last" : "more", frozen: frozen.rows };
}

interface Frozen {
  rows: number;
  eligible: number;
  cursor: string | null;
  reasons: Record<string, number>;
}

async function freezeRows(
  tx: Tx,
  agencyId: string,
  blastId: string,
  audience: AudienceJson,
  from: { after: string | null; offset: number },
): Promise<Frozen> {
  const { rows } = await sql<Frozen>`
    WITH page AS MATERIALIZED (
      SELECT c.id, c.agency_id, c.email, c.address_key, c.status ${audienceFrom(agencyId, audience)}
        AND (${from.after}::uuid IS NULL OR c.id > ${from.after}::uuid)
      ORDER BY c.id LIMIT ${freezePageRows}
    ), judged AS (
      SELECT c.id, c.email, c.address_key, ${frozenSkipReason} AS reason FROM page c ${audienceJudgements}
    ), distinct_ones AS (
      SELECT id, email, address_key, CASE
        WHEN reason IS NOT NULL THEN reason
        WHEN row_number() OVER (PARTITION BY address_key, reason IS NULL ORDER BY id) > 1 THEN 'duplicate_address'
        WHEN EXISTS (SELECT FROM deliveries d WHERE d.blast_id = ${blastId} AND d.address_key = judged.address_key)
          THEN 'duplicate_address'
      END AS reason
      FROM judged
    ), frozen AS (
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state, reason, step)
      SELECT ${blastId}, ${from.offset}::int + row_number() OVER (ORDER BY id), ${agencyId}, id, email,
        CASE WHEN reason IS NULL THEN address_key END,
        CASE WHEN reason IS NULL THEN 'pending' ELSE 'skipped' END, coalesce(reason, ''),
        CASE WHEN reason IS NULL THEN 0 ELSE 1 END
      FROM distinct_ones
      RETURNING seq, customer_id, state, reason
    ), logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT ${blastId}, seq, 1, ${agencyId}, customer_id, 'delivery.skipped',
        jsonb_build_object('reason', reason, 'decided', 'when the audience was frozen')
      FROM frozen WHERE state = 'skipped'
    )
    SELECT count(*)::int AS rows, (count(*) FILTER (WHERE state = 'pending'))::int AS eligible,
      (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS cursor,
      coalesce((SELECT jsonb_object_agg(reason, n) FROM
        (SELECT reason, count(*) AS n FROM frozen WHERE state = 'skipped' GROUP BY reason) r), '{}') AS reasons
    FROM frozen`.execute(tx);
  return rows[0]!;
}
