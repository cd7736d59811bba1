import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { planByIndex, planForAnyNumber } from "../plan-by-index.ts";
import type { LaneText } from "../schema.ts";

/** A blast that this feeder may feed, with what its agency and its lane hold and may hold. All counts are deliveries. */
export interface FedBlast {
  id: string;
  agency_id: string;
  lane: LaneText;
  released_seq: number;
  release_round: number;
  /** Customers that were frozen; no sequence is higher. */
  audience_size: number;
  /** Deliveries that were released and are neither terminal nor set aside (retry, doubt). */
  outstanding: number;
  /** The same over all running blasts of the agency and lane: together they have one part of the lane. */
  lane_outstanding: number;
  /** The same over all lanes; what `in_flight_max` counts. */
  agency_outstanding: number;
  /** Set aside: tried again later. */
  retrying: number;
  /** Eligible deliveries that were not released yet. */
  backlog: number;
  /** Since the blast was accepted, or since its countdown ended. */
  waited_ms: number;
  /** The agency's part of a lane beside others. */
  weight: number;
  /** An operator's cap on the agency, over all lanes. Null: none. */
  in_flight_max: number | null;
  /** What the agency's rate leaves to release now. Null: no rate. */
  allowance: number | null;
  /** Weights of all agencies that have something to release on this lane, other feeders' included. */
  lane_weight: number;
  /** Outstanding on this lane of agencies that have nothing more to release. */
  lane_others: number;
  /** Of what is outstanding on this lane: in a sender's hands, on its way to the provider. */
  lane_sending: number;
  /** Of a small blast that was never fed: all that it has to release, read with it. */
  first?: PortionRow[] | null;
}

/** All that wait, or of them those that were never fed. */
export type WhichToFeed = "all" | "new";

// A feeder that dies leaves its blasts to others after this time.
const feederLeaseSeconds = 5;

/**
 * Deliveries of a blast that line up for a provider without room, beside a round that is on its way: enough for those who find some, and each that
 * waits is written again when it comes too early.
 */
export const lineUpMost = 1_000;
/** So long after its feeder was told to rest a blast's provider is taken to be without room. */
export const crowdedSeconds = 10;

// Customers of a blast that are read when it is taken for the first time, which spares ten of them a round trip. Of a burst's blasts, of which not
// all may release at once, it reads no more in vain than a page of freezing.
const readWithIt = 50;

/**
 * What a feeder writes need not be on the disk when it is answered: a database that falls and forgets it leads to deliveries that are released
 * twice, which claims absorb, as when the feeder itself falls.
 */
async function unhurried(tx: Tx): Promise<void> {
  await sql`/* with the next */ SET LOCAL synchronous_commit = off`.execute(tx);
}

/**
 * Takes blasts of a lane that have something to release, for this feeder alone for a few seconds: not paused, their agency neither paused
 * nor suspended. One blast an agency and lane (the oldest) would starve the second, so all of an agency's come. Those that were
 * fed longest ago come first, new ones before all, so that more blasts than `limit` have their turns and none waits for another's end.
 * `which` "new": only those that no feeder has had yet.
 */
export async function takeBlastsToFeed(
  tx: Tx,
  lane: LaneText,
  limit: number,
  which: WhichToFeed = "all",
): Promise<FedBlast[]> {
  const isNew = which === "new";
  const free = isNew ? sql`feeder_until IS NULL` : sql`(feeder_until IS NULL OR feeder_until < now())`;
  const first = isNew
    ? sql`, CASE WHEN b.audience_size - b.released_seq <= ${readWithIt}::int THEN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('seq', d.seq, 'customer_id', d.customer_id) ORDER BY d.seq), '[]') FROM deliveries d
        WHERE d.blast_id = b.id AND d.seq > b.released_seq AND d.seq <= b.audience_size AND d.state = 'pending') END AS first`
    : sql``;
  await unhurried(tx);
  await planForAnyNumber(tx);
  // What is looked up for each row stands in a LATERAL of its own; all else is joined by hash, so that the plan suits one blast and thousands.
  const { rows } = await sql<FedBlast>`
    ${sql.raw(`/* prepared feed-${which} */`)} WITH running AS MATERIALIZED (
      SELECT b.id, b.agency_id, b.lane, b.feeder_until, coalesce(p.retrying, 0)::int AS retrying,
        b.released_count - (coalesce(p.done, 0)::int - (b.audience_size - b.eligible)) AS outstanding,
        b.released_count < b.eligible AND coalesce(b.leaves_at <= now(), true)
          -- Neither while it rests, nor while the provider has no room for those who wait already.
          AND coalesce(b.feed_after <= now(), true)
          AND (coalesce(p.retrying, 0) < ${lineUpMost}::int OR coalesce(b.feed_after < now() - make_interval(secs => ${crowdedSeconds}::int), true)) AS hungry
      FROM blasts b CROSS JOIN LATERAL (
        SELECT FROM agencies a WHERE a.id = b.agency_id AND NOT a.paused AND a.standing = 'good' OFFSET 0
      ) a CROSS JOIN LATERAL (
        SELECT sum(retrying) AS retrying, sum(accepted + skipped + rejected + held + retrying + in_doubt) AS done
        FROM blast_progress WHERE blast_id = b.id
      ) p
      -- What a paused blast had released is off the queue again.
      WHERE b.state = 'sending' AND b.completed_at IS NULL AND NOT b.paused
    ), held AS (
      SELECT agency_id, sum(greatest(outstanding, 0))::int AS on_all_lanes,
        (sum(greatest(outstanding, 0)) FILTER (WHERE lane = ${lane}::text))::int AS on_lane, bool_or(hungry AND lane = ${lane}::text) AS hungry
      FROM running GROUP BY agency_id
    ), part AS (
      SELECT h.*, coalesce(l.weight, 1) AS weight, l.in_flight_max,
        floor(least(l.per_second_max, l.allowance + l.per_second_max * extract(epoch FROM now() - l.refilled_at)))::int AS allowance
      FROM held h LEFT JOIN LATERAL (SELECT * FROM agency_limits l WHERE l.agency_id = h.agency_id OFFSET 0) l ON true
    ), whole AS (
      SELECT coalesce(sum(weight) FILTER (WHERE hungry), 0)::int AS weight,
        coalesce(sum(on_lane) FILTER (WHERE NOT hungry), 0)::int AS others,
        (SELECT coalesce(sum(cardinality(c.seqs)), 0) FROM claims c JOIN running r ON r.id = c.blast_id WHERE r.lane = ${lane}::text)::int AS sending
      FROM part
    ), taken AS (
      -- One after the other, until there are enough of them: no more are locked than are taken.
      SELECT r.* FROM (
        SELECT * FROM running WHERE lane = ${lane}::text AND hungry AND ${free} ORDER BY feeder_until NULLS FIRST, id
      ) r CROSS JOIN LATERAL (
        SELECT FROM blasts b WHERE b.id = r.id AND b.agency_id = r.agency_id AND b.state = 'sending' AND NOT b.paused AND ${free}
        FOR UPDATE OF b SKIP LOCKED
      ) b LIMIT ${limit}::int
    )
    UPDATE blasts b SET feeder_until = now() + make_interval(secs => ${feederLeaseSeconds}::int)
    FROM taken t JOIN part ON part.agency_id = t.agency_id, whole
    -- The second condition says nothing more, but is the one by which they are looked up.
    WHERE b.id = t.id AND b.id = ANY(ARRAY(SELECT id FROM taken))
    RETURNING b.id, b.agency_id, b.lane, b.released_seq, b.release_round, b.audience_size, b.eligible - b.released_count AS backlog,
      (extract(epoch FROM now() - greatest(b.accepted_at, b.leaves_at)) * 1000)::float8 AS waited_ms, t.retrying, t.outstanding, part.on_lane AS lane_outstanding, part.on_all_lanes AS agency_outstanding, part.weight,
      part.in_flight_max, part.allowance, whole.weight AS lane_weight, whole.others AS lane_others, whole.sending AS lane_sending ${first}`.execute(
    tx,
  );
  return rows;
}

/** Gives taken blasts back: the next tick (of anyone) may feed them at once, behind those that have waited longer. */
export async function giveBack(tx: Tx, ids: string[]): Promise<void> {
  await unhurried(tx);
  await planByIndex(tx);
  await sql`
    /* prepared give-back */ UPDATE blasts SET feeder_until = clock_timestamp() WHERE id = ANY(${ids}::uuid[])`.execute(
    tx,
  );
}

/** Releases nothing more of a blast for a while. A time that is already later stays. */
export async function holdFeeder(tx: Tx, blastId: string, forMs: number): Promise<void> {
  await sql`
    UPDATE blasts SET feed_after = greatest(feed_after, now() + make_interval(secs => ${forMs / 1000}))
    WHERE id = ${blastId}`.execute(tx);
}

// Behind a rewind most of a long stretch may be done; it is crossed in a few looks, of which none reads more than a page of freezing.
const maxStretch = 10_000;

/** One delivery of a portion. */
export interface PortionRow {
  seq: number;
  customer_id: string;
}

/**
 * The next `size` deliveries behind what was released, in order; fewer only when there are no more. Each look has an upper bound as well:
 * without it a blast that is younger than the statistics is read to its end for every portion, which made a million cost a thousand times too much.
 * Mostly one look is enough; they need not see the same moment.
 */
export async function nextPortion(
  look: <T>(read: (tx: Tx) => Promise<T>) => Promise<T>,
  blast: Pick<FedBlast, "id" | "released_seq" | "audience_size" | "first">,
  size: number,
): Promise<PortionRow[]> {
  if (blast.first) return blast.first.slice(0, size);
  const portion: PortionRow[] = [];
  let stretch = size;
  for (let after = blast.released_seq; after < blast.audience_size && portion.length < size;) {
    const last = after + stretch;
    const from = after;
    const rows = await look((tx) =>
      tx
        .selectFrom("deliveries")
        .select(["seq", "customer_id"])
        .where("blast_id", "=", blast.id)
        .where("seq", ">", from)
        .where("seq", "<=", last)
        .where("state", "=", "pending")
        .orderBy("seq")
        .limit(size - portion.length)
        .execute(),
    );
    portion.push(...rows);
    after = last;
    stretch = Math.min(stretch * 4, maxStretch);
  }
  return portion;
}

/** The portion is on the queue. Answers false when another feeder was here; then it was released twice, which claims absorb. */
export async function markReleased(
  tx: Tx,
  blast: { id: string; released_seq: number; release_round: number },
  portion: { lastSeq: number; count: number },
): Promise<boolean> {
  await unhurried(tx);
  await planByIndex(tx);
  const { numAffectedRows } = await sql`
    /* prepared mark-released */ UPDATE blasts SET released_seq = ${portion.lastSeq}::int, released_count = released_count + ${portion.count}::int
    WHERE id = ${blast.id}::uuid AND released_seq = ${blast.released_seq}::int AND release_round = ${blast.release_round}::int`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}

/** Takes what was released off the rates of agencies that have one. Runs as system. */
export async function spendAllowances(
  tx: Tx,
  released: { agencyId: string; count: number }[],
): Promise<void> {
  await sql`
    UPDATE agency_limits l SET refilled_at = now(),
      allowance = least(l.per_second_max, l.allowance + l.per_second_max * extract(epoch FROM now() - l.refilled_at)) - r.count
    FROM unnest(${released.map(({ agencyId }) => agencyId)}::uuid[], ${released.map(({ count }) => count)}::int[]) AS r(agency_id, count)
    WHERE l.agency_id = r.agency_id AND l.per_second_max IS NOT NULL`.execute(tx);
}
