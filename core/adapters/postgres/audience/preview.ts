import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { audienceFrom, audienceJudgements, frozenSkipReason, type AudienceJson } from "./source.ts";

export interface AudiencePreview {
  audience: number;
  eligible: number;
  /** Those that would be skipped, by reason. */
  skipped: Record<string, number>;
}

/** Counts what freezing this audience now would give. Reads only. */
export async function previewAudience(
  tx: Tx,
  agencyId: string,
  audience: AudienceJson,
): Promise<AudiencePreview> {
  const { rows } = await sql<{ reason: string | null; customers: number; addresses: number }>`
    WITH members AS MATERIALIZED (SELECT c.* ${audienceFrom(agencyId, audience)})
    SELECT ${frozenSkipReason} AS reason, count(*) AS customers, count(DISTINCT c.address_key) AS addresses
    FROM members c ${audienceJudgements}
    GROUP BY 1`.execute(tx);
  const skipped: Record<string, number> = {};
  let total = 0;
  let eligible = 0;
  for (const row of rows) {
    total += row.customers;
    if (row.reason !== null) skipped[row.reason] = row.customers;
    else {
      eligible = row.addresses;
      if (row.customers > row.addresses) skipped["duplicate_address"] = row.customers - row.addresses;
    }
  }
  return { audience: total, eligible, skipped };
}

/** The first of those that would be mailed, for rendered samples. */
export async function sampleAudience(tx: Tx, agencyId: string, audience: AudienceJson, limit: number) {
  const { rows } = await sql<{
    id: string;
    email: string;
    first_name: string;
    last_name: string;
    locale: string;
    attributes: Record<string, string>;
  }>`
    SELECT c.id, c.email, c.first_name, c.last_name, c.locale, c.attributes
    FROM (SELECT c.* ${audienceFrom(agencyId, audience)} ORDER BY c.id LIMIT ${limit * 20}) c ${audienceJudgements}
    WHERE ${frozenSkipReason} IS NULL ORDER BY c.id LIMIT ${limit}`.execute(tx);
  return rows;
}

/** Of these ids, those that are no customers of the agency. */
export async function unknownCustomers(tx: Tx, agencyId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT wanted.id FROM unnest(${ids}::uuid[]) AS wanted(id)
    LEFT JOIN customers c ON c.id = wanted.id AND c.agency_id = ${agencyId} AND c.status <> 'deleted'
    WHERE c.id IS NULL`.execute(tx);
  return rows.map((row) => row.id);
}
