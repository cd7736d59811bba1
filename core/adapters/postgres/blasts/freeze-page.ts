import { sql } from "kysely";
import {
  audienceFrom,
  audienceJudgements,
  audiencePage,
  frozenSkipReason,
  type AudienceJson,
} from "../audience/source.ts";
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
        ${audiencePage(audience, from.after, freezePageRows)}
    ), judged AS (
      SELECT c.id, c.email, c.address_key, ${frozenSkipReason} AS reason FROM page c ${audienceJudgements}
    ), numbered AS MATERIALIZED (
      SELECT ${from.offset}::int + row_number() OVER (ORDER BY id) AS seq, id, email, address_key, reason FROM judged
    ), distinct_ones AS (
      -- The first of an address takes it, in this page or an earlier one. Only the unique index knows in one look; a question beforehand
      -- is planned by statistics that are older than the blast.
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key)
      SELECT ${blastId}, seq, ${agencyId}, id, email, address_key FROM numbered WHERE reason IS NULL ORDER BY seq
      ON CONFLICT (blast_id, address_key) DO NOTHING
      RETURNING seq
    ), skipped AS (
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, state, reason, step)
      SELECT ${blastId}, n.seq, ${agencyId}, n.id, n.email, 'skipped', coalesce(n.reason, 'duplicate_address'), 1
      -- NOT IN is always looked up in a hash; a join of two sets that no statistics know may be planned as ten thousand times ten thousand.
      FROM numbered n WHERE n.reason IS NOT NULL OR n.seq NOT IN (SELECT seq FROM distinct_ones)
      RETURNING seq, customer_id, reason
    ), logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT ${blastId}, seq, 1, ${agencyId}, customer_id, 'delivery.skipped',
        jsonb_build_object('reason', reason, 'decided', 'when the audience was frozen')
      FROM skipped
    )
    SELECT (SELECT count(*) FROM numbered)::int AS rows, (SELECT count(*) FROM distinct_ones)::int AS eligible,
      (SELECT id FROM numbered ORDER BY seq DESC LIMIT 1) AS cursor,
      coalesce((SELECT jsonb_object_agg(reason, n) FROM
        (SELECT reason, count(*) AS n FROM skipped GROUP BY reason) r), '{}') AS reasons`.execute(tx);
  return rows[0]!;
}
