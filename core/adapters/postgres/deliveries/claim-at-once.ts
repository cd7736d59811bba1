import { sql } from "kysely";
import { ownShard } from "../blasts/progress.ts";
import type { Tx } from "../database.ts";
import type { VerdictText } from "../schema.ts";
import type { Claim, ClaimableDelivery } from "./claim.ts";
import { intArray } from "./text-array.ts";
import { withinBatch } from "./within-batch.ts";

/** What is read of a delivery that was claimed; the rest of a `ClaimableDelivery` is what the condition says. */
type ClaimedRow = Pick<
  ClaimableDelivery,
  "seq" | "attempt" | "address" | "customer_id" | "first_name" | "last_name" | "locale" | "attributes"
> & { was: "pending" | "retry"; woken: boolean };

/**
 * Claims, in one statement, those of the deliveries that nothing speaks against: they wait, their customer is active, no address of his is
 * suppressed, and no verdict of `against` stands (an empty list: verdicts do not count). Nearly all are such; for them one statement does what
 * else takes a lock, a read, and a write of each row. Answers them as they were before, for the caller's rules to confirm within this transaction.
 * The gate must have been passed. In order of sequence, as `lockDeliveries`. All are claimed at the moment at which the lease was written: the record
 * tells by it that they are one batch. Undefined when somebody else parked one of them while the statement ran: it is seen as it is, but its wake-up
 * is younger than the statement and would stay, with the count of those that wait. Then all must be taken back, and locked before they are read.
 */
export async function claimAtOnce(
  tx: Tx,
  claim: Claim,
  seqs: readonly number[],
  against: readonly VerdictText[],
): Promise<ClaimableDelivery[] | undefined> {
  const { agencyId, blastId } = claim;
  // Sub-selects instead of joins, here and below: the planner knows a young blast by old statistics only, and joined it now and then reads all
  // customers, or all of the blast, to find five hundred.
  const unjudged = sql`AND NOT EXISTS (SELECT FROM address_verdicts v
          WHERE v.agency_id = d.agency_id AND v.address_key = d.address_key AND v.expires_at > now() AND v.result = ANY(${against}::text[]))`;
  const { rows } = await sql<ClaimedRow>`
    ${sql.raw(`/* prepared claim-at-once${against.length === 0 ? "" : "-judged"} */`)}
    WITH changed AS (
      UPDATE deliveries d SET state = 'sending', attempt = d.attempt + 1, claimed_at = statement_timestamp(), changed_at = statement_timestamp()
      WHERE d.blast_id = ${blastId} AND d.agency_id = ${agencyId} AND d.seq = ANY(${intArray(seqs)}::int[]) ${withinBatch(seqs)}
        AND d.state IN ('pending', 'retry') ${against.length === 0 ? sql`` : unjudged}
        AND (SELECT c.status = 'active' AND NOT EXISTS (
            SELECT FROM suppressions s WHERE s.agency_id = d.agency_id AND s.address_key IN (d.address_key, c.address_key))
          FROM customers c WHERE c.id = d.customer_id)
      RETURNING old.state AS was, d.seq, d.attempt, coalesce(d.address, '') AS address, d.customer_id
    ), leased AS (
      INSERT INTO claims (id, agency_id, blast_id, seqs, attempts, lease_until, worker, created_at)
      SELECT ${claim.id}, ${agencyId}, ${blastId}, array_agg(seq), array_agg(attempt),
        clock_timestamp() + make_interval(secs => ${claim.leaseMs / 1000}), ${claim.worker}, statement_timestamp()
      FROM changed HAVING count(*) > 0
    ), woken AS (
      DELETE FROM wakeups w USING changed WHERE w.blast_id = ${blastId} AND w.seq = changed.seq RETURNING w.seq
    ), counted AS (
      INSERT INTO blast_progress (blast_id, shard, agency_id, retrying)
      SELECT ${blastId}, ${ownShard}, ${agencyId}, -count(*) FROM woken HAVING count(*) > 0
      ON CONFLICT (blast_id, shard) DO UPDATE SET retrying = blast_progress.retrying + excluded.retrying, changed_at = now()
    )
    SELECT changed.*, c.*, changed.seq = ANY(ARRAY(SELECT seq FROM woken)) AS woken FROM changed CROSS JOIN LATERAL (
      SELECT c.first_name, c.last_name, c.locale, c.attributes FROM customers c WHERE c.id = changed.customer_id OFFSET 0
    ) c`.execute(tx);
  if (rows.some(({ was, woken }) => was === "retry" && !woken)) return undefined;
  return rows.map(asItWas).sort((left, right) => left.seq - right.seq);
}

const none: ClaimableDelivery["suppressions"] = [];

/** Each field by name: for hundreds at once, copying what is left of a row costs more than reading it did. */
function asItWas(row: ClaimedRow): ClaimableDelivery {
  return {
    seq: row.seq,
    state: row.was,
    attempt: row.attempt - 1,
    address: row.address,
    customer_id: row.customer_id,
    first_name: row.first_name,
    last_name: row.last_name,
    locale: row.locale,
    attributes: row.attributes,
    customer_status: "active",
    suppressions: none,
    verdict: null,
  };
}
