import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { SuppressionReasonText } from "../schema.ts";

/** Removes one reason against an address; the others stay. Answers false when it was not there. */
export async function removeSuppression(
  tx: Tx,
  agencyId: string,
  addressKey: string,
  reason: SuppressionReasonText,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM suppressions
    WHERE agency_id = ${agencyId} AND address_key = ${addressKey} AND reason = ${reason}`.execute(tx);
  return numAffectedRows === 1n;
}
