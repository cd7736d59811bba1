import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { SuppressionReasonText } from "../schema.ts";

/** One reason against one address. */
export interface SuppressionRecord {
  address_key: string;
  reason: SuppressionReasonText;
  source: string;
  since: Date;
}

/** Suppressions by address, after the one named; at most `limit`. With `addressKey` only those of this address. */
export async function listSuppressions(
  tx: Tx,
  agencyId: string,
  after: { addressKey: string; reason: string } | undefined,
  limit: number,
  addressKey?: string,
): Promise<SuppressionRecord[]> {
  const from =
    after === undefined ? sql`` : sql`AND (address_key, reason) > (${after.addressKey}, ${after.reason})`;
  const of = addressKey === undefined ? sql`` : sql`AND address_key = ${addressKey}`;
  const { rows } = await sql<SuppressionRecord>`
    SELECT address_key, reason, source, since FROM suppressions
    WHERE agency_id = ${agencyId} ${of} ${from}
    ORDER BY address_key, reason LIMIT ${limit}`.execute(tx);
  return rows;
}
