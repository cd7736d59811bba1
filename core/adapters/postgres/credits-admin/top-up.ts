import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Adds credits, with their entry in the ledger. Call it under an idempotency key. Undefined when there is no such agency. */
export async function topUp(
  tx: Tx,
  agencyId: string,
  amount: number,
  note: string,
): Promise<{ entryId: string } | undefined> {
  const { rows } = await sql<{ entryId: string }>`
    WITH credited AS (
      UPDATE credits SET balance = balance + ${amount}::bigint WHERE agency_id = ${agencyId} RETURNING agency_id
    )
    INSERT INTO ledger (agency_id, kind, amount, reserved, note)
    SELECT agency_id, 'top_up', ${amount}::bigint, 0, ${note}::text FROM credited
    RETURNING id AS "entryId"`.execute(tx);
  return rows[0];
}
