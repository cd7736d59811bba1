import { sql } from "kysely";
import { audienceJudgements, frozenSkipReason } from "../audience/source.ts";
import { reservation } from "../credits/book.ts";
import type { Tx } from "../database.ts";
import { planForFew } from "../plan-by-index.ts";
import type { CompletedBlast } from "./complete.ts";
import { ownShard } from "./progress.ts";

/** Customers of a blast that is frozen and started beside others; with a batch of 25 that is half a page of freezing. */
export const smallAudience = 200;

/** A blast that was frozen and started; `ended` when nobody of its audience can be sent to, so that it ended at once. */
export interface StartedSmall {
  blastId: string;
  audience: number;
  eligible: number;
  ended?: CompletedBlast;
}

/** Of blasts that were taken together one is not what it seemed; the transaction must roll back, and each of them goes its own way. */
export class NotOrdinaryError extends Error {
  override readonly name = "NotOrdinaryError";
}

/**
 * Freezes and starts, in one statement, those of an agency's blasts that are ordinary: just accepted, to a list or to named customers, of
 * whom there are few; the account may send and there is credit for all of them. The others are not in the answer and nothing was written of
 * them. It writes what `freezePage` and `startBlast` would for each. Throws `NotOrdinaryError`.
 */
export async function startSmallBlasts(
  tx: Tx,
  agencyId: string,
  orders: readonly { blastId: string; userId: string | null }[],
): Promise<StartedSmall[]> {
  // In the order of their ids, so that two who take some of the same wait for each other instead of dying of each other.
  const ordered = orders.toSorted((left, right) => (left.blastId < right.blastId ? -1 : 1));
  const started = await freezeAndStart(tx, agencyId, ordered);
  if (started.some(({ audience_size }) => audience_size > smallAudience))
    throw new NotOrdinaryError("A list of customers grew while it was being frozen.");
  if (started.some(({ eligible, paid }) => eligible > 0 && !paid))
    throw new NotOrdinaryError("There is not enough credit for all of the blasts.");
  return started.map(({ eligible, paid: _, completed_at, ...blast }) => ({
    blastId: blast.id,
    audience: blast.audience_size,
    eligible,
    ...(completed_at === null ? {} : { ended: { ...blast, completed_at } }),
  }));
}

type Row = Omit<CompletedBlast, "completed_at"> & {
  eligible: number;
  /** There was credit for all. */
  paid: boolean;
  completed_at: Date | null;
};

/**
 * A blast that somebody else has just changed is waited for and looked at as it then is; what is read of its audience is as old as the statement,
 * and younger than the order.
 */
async function freezeAndStart(
  tx: Tx,
  agencyId: string,
  orders: readonly { blastId: string; userId: string | null }[],
): Promise<Row[]> {
  await planForFew(tx);
  const { rows } = await sql<Row>`
    /* prepared freeze-and-start */ WITH ordinary AS MATERIALIZED (
      SELECT b.* FROM unnest(${orders.map(({ blastId }) => blastId)}::uuid[], ${orders.map(({ userId }) => userId)}::uuid[]) AS o(id, user_id)
      CROSS JOIN LATERAL (
        SELECT b.id, (b.audience->>'listId')::uuid AS list_id, b.audience->'customers'->'ids' AS ids FROM blasts b
        WHERE b.id = o.id AND b.agency_id = ${agencyId}::uuid AND b.state = 'accepted'
          AND (SELECT a.standing = 'good' FROM agencies a WHERE a.id = b.agency_id)
          AND (o.user_id IS NULL OR (SELECT u.active AND u.agency_id = b.agency_id FROM users u WHERE u.id = o.user_id))
          AND CASE WHEN b.audience->'listId' IS NOT NULL
              THEN (SELECT sum(s.members) FROM customer_list_sizes s WHERE s.list_id = (b.audience->>'listId')::uuid)
            WHEN b.audience->'customers' IS NOT NULL THEN jsonb_array_length(b.audience->'customers'->'ids')
            ELSE 0 END BETWEEN 1 AND ${smallAudience}::int
        FOR UPDATE OF b
      ) b
    ), page AS MATERIALIZED (
      -- Each customer is looked up by itself: joined, a list that statistics take for a long one would have all customers read.
      SELECT o.id AS blast_id, c.* FROM ordinary o CROSS JOIN LATERAL (
        -- The second condition says nothing more, but only the primary key knows how to look it up.
        SELECT m.customer_id FROM customer_list_members m
        WHERE m.list_id = o.list_id AND (m.list_id, m.customer_id) >= (o.list_id, '00000000-0000-0000-0000-000000000000')
        UNION SELECT named::uuid FROM jsonb_array_elements_text(o.ids) AS named
      ) AS member CROSS JOIN LATERAL (
        SELECT c.id, c.agency_id, c.email, c.address_key, c.status FROM customers c
        WHERE c.id = member.customer_id AND c.agency_id = ${agencyId}::uuid AND c.status <> 'deleted' OFFSET 0
      ) c
    ), judged AS (
      SELECT c.blast_id, c.id, c.email, c.address_key, ${frozenSkipReason} AS reason FROM page c ${audienceJudgements}
    ), numbered AS MATERIALIZED (
      SELECT (row_number() OVER (PARTITION BY blast_id ORDER BY id))::int AS seq, blast_id, id, email, address_key, reason FROM judged
    ), distinct_ones AS (
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key)
      SELECT blast_id, seq, ${agencyId}::uuid, id, email, address_key FROM numbered WHERE reason IS NULL ORDER BY blast_id, seq
      ON CONFLICT (blast_id, address_key) DO NOTHING
      RETURNING blast_id, seq
    ), skipped AS (
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, state, reason, step)
      SELECT n.blast_id, n.seq, ${agencyId}::uuid, n.id, n.email, 'skipped', coalesce(n.reason, 'duplicate_address'), 1
      FROM numbered n WHERE n.reason IS NOT NULL OR (n.blast_id, n.seq) NOT IN (SELECT blast_id, seq FROM distinct_ones)
      RETURNING blast_id, seq, customer_id, reason
    ), logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT blast_id, seq, 1, ${agencyId}::uuid, customer_id, 'delivery.skipped',
        jsonb_build_object('reason', reason, 'decided', 'when the audience was frozen')
      FROM skipped
    ), reasons AS (
      INSERT INTO blast_reasons (blast_id, reason, shard, agency_id, count)
      SELECT blast_id, reason, ${ownShard}, ${agencyId}::uuid, count(*) FROM skipped GROUP BY 1, 2 ORDER BY 1, 2
      ON CONFLICT (blast_id, reason, shard) DO UPDATE SET count = blast_reasons.count + excluded.count
    ), counted AS MATERIALIZED (
      SELECT n.blast_id, count(*)::int AS audience, (array_agg(n.id ORDER BY n.seq DESC))[1] AS cursor,
        (SELECT count(*) FROM skipped s WHERE s.blast_id = n.blast_id)::int AS skipped
      FROM numbered n GROUP BY n.blast_id
    ), progress AS (
      INSERT INTO blast_progress (blast_id, shard, agency_id, skipped)
      SELECT blast_id, ${ownShard}, ${agencyId}::uuid, skipped FROM counted WHERE skipped > 0 ORDER BY blast_id
      ON CONFLICT (blast_id, shard) DO UPDATE SET skipped = blast_progress.skipped + excluded.skipped, changed_at = now()
    ), wanted AS MATERIALIZED (
      SELECT blast_id, (audience - skipped)::bigint AS count FROM counted
    ), ${reservation(agencyId)}
    UPDATE blasts b SET state = CASE WHEN n.skipped = n.audience THEN 'completed' ELSE 'sending' END,
      freeze_cursor = n.cursor, audience_size = n.audience, eligible = n.audience - n.skipped, started_at = now(),
      completed_at = CASE WHEN n.skipped = n.audience THEN clock_timestamp() END
    -- The second condition says nothing more, but is the one by which they are looked up.
    FROM counted n WHERE b.id = n.blast_id AND b.id = ANY(ARRAY(SELECT blast_id FROM counted))
    RETURNING b.agency_id, b.id, b.state, b.reopened, b.refusal_reason, b.audience_size, b.eligible, 0 AS accepted, n.skipped,
      0 AS rejected, 0 AS held, b.completed_at, EXISTS (SELECT FROM paid) AS paid`.execute(tx);
  return rows;
}
