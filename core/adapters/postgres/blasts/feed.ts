import { sql } from "kysely";
import type { Tx } from "../database.ts";
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
}

/** All that wait, or of them those that were never fed. */
export type WhichToFeed = "all" | "new";

// A feeder that dies leaves its blasts to others after this time.
const feederLeaseSeconds = 5;

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
  const { rows } = await sql<FedBlast>`
    WITH running AS MATERIALIZED (
      SELECT b.id, b.agency_id, b.lane, coalesce(p.retrying, 0)::int AS retrying,
        b.released_count - (coalesce(p.done, 0)::int - (b.audience_size - b.eligible)) AS outstanding,
        b.released_count < b.eligible AND coalesce(b.leaves_at <= now(), true) AND coalesce(b.feed_after <= now(), true) AS hungry
      FROM blasts b JOIN agencies a ON a.id = b.agency_id LEFT JOIN LATERAL (
        SELECT sum(retrying) AS retrying, sum(accepted + skipped + rejected + held + retrying + in_doubt) AS done
        FROM blast_progress WHERE blast_id = b.id
      ) p ON true
      -- What a paused blast had released is off the queue again.
      WHERE b.state = 'sending' AND b.completed_at IS NULL AND NOT b.paused AND NOT a.paused AND a.standing = 'good'
    ), held AS (
      SELECT agency_id, sum(greatest(outstanding, 0))::int AS on_all_lanes,
        (sum(greatest(outstanding, 0)) FILTER (WHERE lane = ${lane}))::int AS on_lane, bool_or(hungry AND lane = ${lane}) AS hungry
      FROM running GROUP BY agency_id
    ), part AS (
      SELECT h.*, coalesce(l.weight, 1) AS weight, l.in_flight_max,
        floor(least(l.per_second_max, l.allowance + l.per_second_max * extract(epoch FROM now() - l.refilled_at)))::int AS allowance
      FROM held h LEFT JOIN agency_limits l ON l.agency_id = h.agency_id
    ), whole AS (
      SELECT coalesce(sum(weight) FILTER (WHERE hungry), 0)::int AS weight,
        coalesce(sum(on_lane) FILTER (WHERE NOT hungry), 0)::int AS others,
        (SELECT coalesce(sum(cardinality(c.seqs)), 0) FROM claims c JOIN running r ON r.id = c.blast_id WHERE r.lane = ${lane})::int AS sending
      FROM part
    ), taken AS (
      SELECT b.id FROM blasts b JOIN running r ON r.id = b.id
      WHERE r.lane = ${lane} AND r.hungry AND b.state = 'sending' AND NOT b.paused AND (b.feeder_until IS NULL OR (${which === "all"} AND b.feeder_until < now()))
      ORDER BY b.feeder_until NULLS FIRST, b.id LIMIT ${limit} FOR UPDATE OF b SKIP LOCKED
    )
    UPDATE blasts b SET feeder_until = now() + make_interval(secs => ${feederLeaseSeconds})
    FROM taken JOIN running ON running.id = taken.id JOIN part ON part.agency_id = running.agency_id, whole
    WHERE b.id = taken.id
    RETURNING b.id, b.agency_id, b.lane, b.released_seq, b.release_round, b.audience_size, b.eligible - b.released_count AS backlog,
      (extract(epoch FROM now() - greatest(b.accepted_at, b.leaves_at)) * 1000)::float8 AS waited_ms, running.retrying, running.outstanding, part.on_lane AS lane_outstanding, part.on_all_lanes AS agency_outstanding, part.weight,
      part.in_flight_max, part.allowance, whole.weight AS lane_weight, whole.others AS lane_others, whole.sending AS lane_sending`.execute(
    tx,
  );
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
  blast: { id: string; released_seq: number; audience_size: number },
  size: number,
): Promise<PortionRow[]> {
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
  const { numAffectedRows } = await sql`
    UPDATE blasts SET released_seq = ${portion.lastSeq}, released_count = released_count + ${portion.count}
    WHERE id = ${blast.id} AND released_seq = ${blast.released_seq} AND release_round = ${blast.release_round}`.execute(
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
