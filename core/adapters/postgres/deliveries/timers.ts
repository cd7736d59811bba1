import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { LaneText } from "../schema.ts";

/** A batch whose lease ran out: its worker died or lost the way between intent and record. */
export interface ExpiredClaim {
  id: string;
  agency_id: string;
  blast_id: string;
  seqs: number[];
  attempts: number[];
  worker: string;
  lane: LaneText;
}

/** Leases that ran out, locked so that sweepers do not do the same work. Runs as system. */
export async function expiredClaims(tx: Tx, limit: number): Promise<ExpiredClaim[]> {
  const { rows } = await sql<ExpiredClaim>`
    SELECT c.id, c.agency_id, c.blast_id, c.seqs, c.attempts, c.worker, b.lane
    FROM claims c JOIN blasts b ON b.id = c.blast_id
    WHERE c.lease_until < now() ORDER BY c.lease_until LIMIT ${limit} FOR UPDATE OF c SKIP LOCKED`.execute(
    tx,
  );
  return rows;
}

export interface DueWakeup {
  agency_id: string;
  blast_id: string;
  seq: number;
  customer_id: string;
  lane: LaneText;
  attempt: number;
}

/**
 * Deliveries whose retry is due. They are pushed ahead by `againAfterMs` at once: should the message get lost, the next round
 * publishes it again; the claim deletes the row. Runs as system.
 */
export async function dueWakeups(tx: Tx, againAfterMs: number, limit: number): Promise<DueWakeup[]> {
  const { rows } = await sql<DueWakeup>`
    WITH due AS (
      SELECT w.blast_id, w.seq FROM wakeups w
      JOIN blasts b ON b.id = w.blast_id JOIN agencies a ON a.id = w.agency_id
      WHERE w.at < now() AND NOT b.paused AND NOT a.paused
      ORDER BY w.at LIMIT ${limit} FOR UPDATE OF w SKIP LOCKED
    )
    UPDATE wakeups w SET at = now() + make_interval(secs => ${againAfterMs / 1000})
    FROM due WHERE w.blast_id = due.blast_id AND w.seq = due.seq
    RETURNING w.agency_id, w.blast_id, w.seq, w.customer_id, w.lane, w.attempt`.execute(tx);
  return rows;
}

export interface DueDoubt {
  agency_id: string;
  blast_id: string;
  seq: number;
  attempt: number;
  claimed_at: Date;
  age_ms: number;
  lane: LaneText;
  sending_domain: string;
  doubt_policy: "hold" | "resend";
}

/** Sends in doubt that are to be looked up, together by blast; pushed ahead like wake-ups. Runs as system. */
export async function dueDoubts(tx: Tx, againAfterMs: number, limit: number): Promise<DueDoubt[]> {
  const { rows } = await sql<DueDoubt>`
    WITH due AS (
      SELECT blast_id, seq FROM doubts WHERE next_look_at < now()
      ORDER BY next_look_at, blast_id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE doubts x SET next_look_at = now() + make_interval(secs => ${againAfterMs / 1000}), looks = x.looks + 1
    FROM due, blasts b, agencies a
    WHERE x.blast_id = due.blast_id AND x.seq = due.seq AND b.id = x.blast_id AND a.id = x.agency_id
    RETURNING x.agency_id, x.blast_id, x.seq, x.attempt, x.claimed_at, b.lane, a.sending_domain,
      coalesce(b.doubt_policy, a.doubt_policy) AS doubt_policy,
      extract(epoch FROM now() - x.claimed_at)::float8 * 1000 AS age_ms`.execute(tx);
  return rows;
}

export interface StalledBlast {
  id: string;
  agency_id: string;
  lane: LaneText;
}

/**
 * Blasts whose released deliveries should be on the queue but have not moved for `quietMs`. Whether the broker still has their
 * messages is for the caller to ask. Each is looked at once in `quietMs`. Runs as system.
 */
export async function stalledBlasts(tx: Tx, quietMs: number, limit: number): Promise<StalledBlast[]> {
  const { rows } = await sql<StalledBlast>`
    WITH stalled AS (
      SELECT b.id FROM blasts b JOIN agencies a ON a.id = b.agency_id
      WHERE b.state = 'sending' AND b.completed_at IS NULL AND NOT b.paused AND NOT a.paused AND a.standing = 'good'
        AND b.released_seq > 0 AND (b.leaves_at IS NULL OR b.leaves_at < now() - make_interval(secs => ${quietMs / 1000}))
        AND b.started_at < now() - make_interval(secs => ${quietMs / 1000})
        AND (b.rebuild_at IS NULL OR b.rebuild_at < now() - make_interval(secs => ${quietMs / 1000}))
        AND NOT EXISTS (SELECT FROM blast_progress p
          WHERE p.blast_id = b.id AND p.changed_at > now() - make_interval(secs => ${quietMs / 1000}))
      ORDER BY b.id LIMIT ${limit} FOR UPDATE OF b SKIP LOCKED
    )
    UPDATE blasts b SET rebuild_at = now() FROM stalled WHERE b.id = stalled.id
    RETURNING b.id, b.agency_id, b.lane`.execute(tx);
  return rows;
}

/** Where deliveries of a blast went, for questions to the provider. */
export async function addressesOf(tx: Tx, blastId: string, seqs: number[]): Promise<string[]> {
  const rows = await tx
    .selectFrom("deliveries")
    .select("address")
    .where("blast_id", "=", blastId)
    .where("seq", "in", seqs)
    .execute();
  return rows.flatMap(({ address }) => address ?? []);
}
