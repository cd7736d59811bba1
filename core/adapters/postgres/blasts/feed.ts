import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { LaneText } from "../schema.ts";

export interface FedBlast {
  id: string;
  agency_id: string;
  lane: LaneText;
  released_seq: number;
  release_round: number;
  /** Deliveries that were released and are neither terminal nor set aside (retry, doubt). */
  outstanding: number;
  /** The same over all running blasts of the agency and lane: together they have one window. */
  lane_outstanding: number;
  /** Set aside: tried again later. */
  retrying: number;
  /** Eligible deliveries that were not released yet. */
  backlog: number;
}

// A feeder that dies leaves its blasts to others after this time.
const feederLeaseSeconds = 5;

/**
 * Takes blasts that have something to release, for this feeder alone for a few seconds: not paused, their agency neither paused
 * nor suspended. One blast an agency and lane (the oldest) would starve the second, so all of an agency's come. Those that were
 * fed longest ago come first, new ones before all, so that more blasts than `limit` have their turns and none waits for another's end.
 */
export async function takeBlastsToFeed(tx: Tx, limit: number): Promise<FedBlast[]> {
  const { rows } = await sql<FedBlast>`
    WITH running AS MATERIALIZED (
      SELECT b.id, b.agency_id, b.lane, coalesce(p.retrying, 0)::int AS retrying,
        b.released_count - (coalesce(p.done, 0)::int - (b.audience_size - b.eligible)) AS outstanding
      FROM blasts b LEFT JOIN LATERAL (
        SELECT sum(retrying) AS retrying, sum(accepted + skipped + rejected + held + retrying + in_doubt) AS done
        FROM blast_progress WHERE blast_id = b.id
      ) p ON true
      -- What a paused blast had released is off the queue again.
      WHERE b.state = 'sending' AND b.completed_at IS NULL AND NOT b.paused
    ), lanes AS (
      SELECT agency_id, lane, sum(greatest(outstanding, 0))::int AS outstanding FROM running GROUP BY agency_id, lane
    ), taken AS (
      SELECT b.id FROM blasts b JOIN agencies a ON a.id = b.agency_id
      WHERE b.state = 'sending' AND b.completed_at IS NULL AND NOT b.paused AND NOT a.paused AND a.standing = 'good'
        AND (b.leaves_at IS NULL OR b.leaves_at <= now()) AND (b.feed_after IS NULL OR b.feed_after <= now())
        AND b.released_count < b.eligible AND (b.feeder_until IS NULL OR b.feeder_until < now())
      ORDER BY b.feeder_until NULLS FIRST, b.id LIMIT ${limit} FOR UPDATE OF b SKIP LOCKED
    )
    UPDATE blasts b SET feeder_until = now() + make_interval(secs => ${feederLeaseSeconds})
    FROM taken JOIN running ON running.id = taken.id JOIN lanes ON lanes.agency_id = running.agency_id AND lanes.lane = running.lane
    WHERE b.id = taken.id
    RETURNING b.id, b.agency_id, b.lane, b.released_seq, b.release_round, b.eligible - b.released_count AS backlog,
      running.retrying, running.outstanding, lanes.outstanding AS lane_outstanding`.execute(tx);
  return rows;
}

/** Gives taken blasts back: the next tick (of anyone) may feed them at once, behind those that have waited longer. */
export async function giveBack(tx: Tx, ids: string[]): Promise<void> {
  await sql`UPDATE blasts SET feeder_until = clock_timestamp() WHERE id = ANY(${ids}::uuid[])`.execute(tx);
}

/** Releases nothing more of a blast for a while. A time that is already later stays. */
export async function holdFeeder(tx: Tx, blastId: string, forMs: number): Promise<void> {
  await sql`
    UPDATE blasts SET feed_after = greatest(feed_after, now() + make_interval(secs => ${forMs / 1000}))
    WHERE id = ${blastId}`.execute(tx);
}

/** The next deliveries behind what was released, in order. */
export async function nextPortion(tx: Tx, blast: { id: string; released_seq: number }, size: number) {
  return tx
    .selectFrom("deliveries")
    .select(["seq", "customer_id"])
    .where("blast_id", "=", blast.id)
    .where("seq", ">", blast.released_seq)
    .where("state", "=", "pending")
    .orderBy("seq")
    .limit(size)
    .execute();
}

/** The portion is on the queue. Answers false when another feeder was here; then it was released twice, which claims absorb. */
export async function markReleased(
  tx: Tx,
  blast: { id: string; released_seq: number },
  portion: { lastSeq: number; count: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE blasts SET released_seq = ${portion.lastSeq}, released_count = released_count + ${portion.count}
    WHERE id = ${blast.id} AND released_seq = ${blast.released_seq}`.execute(tx);
  return numAffectedRows === 1n;
}
