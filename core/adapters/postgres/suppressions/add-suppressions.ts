import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { SuppressionReasonText } from "../schema.ts";

/** An address that must not be mailed from now on. */
export interface NewSuppression {
  addressKey: string;
  reason: SuppressionReasonText;
}

/** Adds suppressions; answers those that were not there. What was there keeps its first source and time. */
export async function addSuppressions(
  tx: Tx,
  agencyId: string,
  suppressions: readonly NewSuppression[],
  source: string,
): Promise<(NewSuppression & { since: Date })[]> {
  const keys = suppressions.map((suppression) => suppression.addressKey);
  const reasons = suppressions.map((suppression) => suppression.reason);
  const { rows } = await sql<NewSuppression & { since: Date }>`
    INSERT INTO suppressions (agency_id, address_key, reason, source)
    SELECT DISTINCT ${agencyId}::uuid, s.address_key, s.reason, ${source}::text
    FROM unnest(${keys}::text[], ${reasons}::text[]) s (address_key, reason) ORDER BY 2, 3
    ON CONFLICT DO NOTHING
    RETURNING address_key AS "addressKey", reason, since`.execute(tx);
  return rows;
}
