import { sql, type RawBuilder } from "kysely";
import { passGate } from "../agencies/gate.ts";
import { ownShard } from "../blasts/progress.ts";
import type { Tx } from "../database.ts";
import { intArray } from "./text-array.ts";
import { withinBatch } from "./within-batch.ts";
import type {
  BlastStateText,
  DeliveryStateText,
  LaneText,
  SuppressionReasonText,
  VerdictText,
} from "../schema.ts";

/** A delivery with everything that decides about it and fills its template, read under its row lock. */
export interface ClaimableDelivery {
  seq: number;
  state: DeliveryStateText;
  attempt: number;
  address: string;
  customer_id: string;
  first_name: string;
  last_name: string;
  locale: string;
  attributes: Record<string, string>;
  customer_status: "active" | "inactive" | "deleted";
  suppressions: SuppressionReasonText[];
  verdict: VerdictText | null;
}

/** The blast and its agency as they are now. */
export interface ClaimableBlast {
  id: string;
  name: string;
  lane: LaneText;
  state: BlastStateText;
  paused: boolean;
  direct: boolean;
  template_id: string;
  template_version: number;
  custom_message: string;
  /** Its countdown runs. */
  leaves_later: boolean;
  agency_name: string;
  sending_domain: string;
  from_name: string;
  from_local_part: string;
  reply_to: string;
  postal_address: string;
  time_zone: string;
  standing: "good" | "suspended";
  agency_paused: boolean;
  unknown_address_policy: "send" | "skip";
  verify_addresses: boolean;
}

/** Reads a blast with its agency's settings; undefined when the agency has no such blast. Expects `planByIndex`. */
export async function loadBlast(
  tx: Tx,
  agencyId: string,
  blastId: string,
): Promise<ClaimableBlast | undefined> {
  const { rows } = await readBlast("load-blast", agencyId, blastId).execute(tx);
  return rows[0];
}

/** The same together with the transaction's next statement, and before it: the answer holds the blast when that one has been answered. */
export async function loadBlastWithNext(
  tx: Tx,
  agencyId: string,
  blastId: string,
): Promise<readonly ClaimableBlast[]> {
  const { rows } = await readBlast("load-blast-first, with the next", agencyId, blastId).execute(tx);
  return rows;
}

function readBlast(name: string, agencyId: string, blastId: string): RawBuilder<ClaimableBlast> {
  return sql`
    ${sql.raw(`/* prepared ${name} */`)} SELECT b.id, b.name, b.lane, b.state, b.paused, b.direct, b.template_id, b.template_version, b.custom_message,
      coalesce(b.leaves_at > now(), false) AS leaves_later, a.name AS agency_name, a.sending_domain, a.from_name, a.from_local_part, a.reply_to, a.postal_address,
      a.time_zone, a.standing, a.paused AS agency_paused, a.unknown_address_policy, a.verify_addresses
    FROM blasts b JOIN agencies a ON a.id = b.agency_id
    WHERE b.id = ${blastId} AND b.agency_id = ${agencyId}`;
}

/**
 * Passes the agency's gate and locks deliveries for the claim. Sequences that do not exist are missing from the answer.
 * A customer whose address changed since the audience was frozen opts out with the new one, so both count.
 * Ordered, so that two batches with the same deliveries wait for each other instead of dying of each other.
 */
export async function lockDeliveries(
  tx: Tx,
  agencyId: string,
  blastId: string,
  seqs: number[],
): Promise<ClaimableDelivery[]> {
  await passGate(tx, agencyId);
  const { rows } = await sql<ClaimableDelivery>`
    SELECT d.seq, d.state, d.attempt, coalesce(d.address, '') AS address, d.customer_id, c.first_name, c.last_name,
      c.locale, c.attributes, c.status AS customer_status, v.result AS verdict,
      array(SELECT DISTINCT s.reason FROM suppressions s
        WHERE s.agency_id = d.agency_id AND s.address_key IN (d.address_key, c.address_key)) AS suppressions
    FROM deliveries d
    JOIN customers c ON c.id = d.customer_id
    LEFT JOIN address_verdicts v ON v.agency_id = d.agency_id AND v.address_key = d.address_key AND v.expires_at > now()
    WHERE d.blast_id = ${blastId} AND d.agency_id = ${agencyId} AND d.seq = ANY(${intArray(seqs)}::int[]) ${withinBatch(seqs)}
    ORDER BY d.seq FOR UPDATE OF d`.execute(tx);
  return rows;
}

export interface Claim {
  id: string;
  agencyId: string;
  blastId: string;
  /** Which instance, for the explanation. */
  worker: string;
  leaseMs: number;
}

/**
 * Claims locked deliveries: attempt + 1, SENDING, and one lease for all. The intent that must be committed before the first byte
 * leaves (I3). Answers the attempt of each; it is the fencing token of everything that follows.
 */
export async function claimDeliveries(tx: Tx, claim: Claim, seqs: number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ seq: number; attempt: number }>`
    WITH changed AS (
      UPDATE deliveries d SET state = 'sending', attempt = attempt + 1, claimed_at = statement_timestamp(), changed_at = statement_timestamp()
      WHERE d.blast_id = ${claim.blastId} AND d.seq = ANY(${intArray(seqs)}::int[]) ${withinBatch(seqs)} AND d.state IN ('pending', 'retry')
      RETURNING seq, attempt
    ), leased AS (
      INSERT INTO claims (id, agency_id, blast_id, seqs, attempts, lease_until, worker, created_at)
      SELECT ${claim.id}, ${claim.agencyId}, ${claim.blastId}, array_agg(seq), array_agg(attempt),
        clock_timestamp() + make_interval(secs => ${claim.leaseMs / 1000}), ${claim.worker}, statement_timestamp()
      FROM changed HAVING count(*) > 0
    ), woken AS (
      DELETE FROM wakeups w USING changed WHERE w.blast_id = ${claim.blastId} AND w.seq = changed.seq RETURNING 1
    ), counted AS (
      INSERT INTO blast_progress (blast_id, shard, agency_id, retrying)
      SELECT ${claim.blastId}, ${ownShard}, ${claim.agencyId}, -count(*) FROM woken HAVING count(*) > 0
      ON CONFLICT (blast_id, shard) DO UPDATE SET retrying = blast_progress.retrying + excluded.retrying, changed_at = now()
    )
    SELECT seq, attempt FROM changed`.execute(tx);
  return new Map(rows.map((row) => [row.seq, row.attempt]));
}
