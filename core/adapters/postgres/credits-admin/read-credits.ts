import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** What may be reserved now, and what is reserved. Undefined when there is no such agency. */
export async function readCredits(
  tx: Tx,
  agencyId: string,
): Promise<{ balance: number; reserved: number } | undefined> {
  const { rows } = await sql<{ balance: number; reserved: number }>`
    SELECT c.balance, (SELECT coalesce(sum(r.reserved), 0)::bigint FROM credits_reserved r WHERE r.agency_id = c.agency_id) AS reserved
    FROM credits c WHERE c.agency_id = ${agencyId}`.execute(tx);
  return rows[0];
}
