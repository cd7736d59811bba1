import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { withinBatch } from "../deliveries/within-batch.ts";
import type { VerdictText } from "../schema.ts";

export interface UnjudgedAddress {
  address: string;
  address_key: string;
}

/** Addresses of these deliveries that the verifier has not judged, or so long ago that it does not count any more. */
export async function unjudgedAddresses(
  tx: Tx,
  agencyId: string,
  blastId: string,
  seqs: number[],
): Promise<UnjudgedAddress[]> {
  const { rows } = await sql<UnjudgedAddress>`
    SELECT d.address, d.address_key FROM deliveries d
    LEFT JOIN address_verdicts v ON v.agency_id = d.agency_id AND v.address_key = d.address_key AND v.expires_at > now()
    WHERE d.blast_id = ${blastId} AND d.agency_id = ${agencyId} AND d.seq = ANY(${seqs}::int[]) ${withinBatch(seqs)}
      AND d.state IN ('pending', 'retry') AND d.address_key IS NOT NULL AND v.address_key IS NULL`.execute(
    tx,
  );
  return rows;
}

export interface JudgedAddress {
  addressKey: string;
  result: VerdictText;
  reason: string;
  /** How long the verdict counts. */
  validMs: number;
}

/** Remembers verdicts; a newer one replaces an older one. */
export async function rememberVerdicts(tx: Tx, agencyId: string, judged: JudgedAddress[]): Promise<void> {
  const sorted = judged.toSorted((a, b) => (a.addressKey < b.addressKey ? -1 : 1));
  await sql`
    INSERT INTO address_verdicts (agency_id, address_key, result, reason, expires_at)
    SELECT ${agencyId}, key, result, reason, now() + make_interval(secs => valid_s)
    FROM unnest(${sorted.map((j) => j.addressKey)}::text[], ${sorted.map((j) => j.result)}::text[],
      ${sorted.map((j) => j.reason)}::text[], ${sorted.map((j) => j.validMs / 1000)}::float8[]) AS j(key, result, reason, valid_s)
    ON CONFLICT (agency_id, address_key) DO UPDATE SET result = excluded.result, reason = excluded.reason,
      judged_at = now(), expires_at = excluded.expires_at`.execute(tx);
}
