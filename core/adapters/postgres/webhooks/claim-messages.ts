import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A message to try now, with all that the try needs. */
export interface ClaimedMessage {
  id: string;
  agency_id: string;
  endpoint_id: string;
  type: string;
  fact_type: string;
  body: Buffer | null;
  data: unknown;
  occurred_at: Date;
  /** The fencing token of this try. */
  attempt: number;
  failures: number;
  url: string;
  /** Sign with each: the new one, and for a while the old one. */
  secrets: Buffer[];
  /** The end point had no success at its last try. */
  failing: boolean;
}

export interface ClaimLimits {
  /** To end points that work, and to those that fail, at most so many. */
  healthy: number;
  failing: number;
  leaseMs: number;
}

// Tries at once to one end point, over all senders: a receiver of ours is no load test. One that fails is asked by one at a time.
const inFlightPerEndpoint = 4;
const inFlightWhileFailing = 1;
// End points looked at in one round; the others have their turn in the next, for the order is by chance.
const maxEndpointsPerRound = 500;

/**
 * Takes messages that are due and leases them. An end point's queue is its own: however much waits for one, the others are taken as if it
 * were not there. The end points' rows are locked first and counted in a second statement, so two senders cannot both fill up the same one.
 * Runs as system.
 */
export async function claimMessages(tx: Tx, limits: ClaimLimits): Promise<ClaimedMessage[]> {
  const open = await sql<{ id: string }>`
    SELECT e.id FROM webhook_endpoints e
    WHERE e.enabled AND EXISTS (
      SELECT FROM webhook_messages m WHERE m.endpoint_id = e.id AND m.state = 'pending' AND m.next_at <= now())
    ORDER BY e.failing_since IS NOT NULL, random() LIMIT ${maxEndpointsPerRound} FOR NO KEY UPDATE OF e SKIP LOCKED`.execute(
    tx,
  );
  if (open.rows.length === 0) return [];
  const { rows } = await sql<ClaimedMessage>`
    WITH due AS (
      SELECT m.id, e.failing_since IS NOT NULL AS failing, row_number() OVER (PARTITION BY e.failing_since IS NOT NULL ORDER BY m.next_at) AS place
      FROM webhook_endpoints e CROSS JOIN LATERAL (
        SELECT w.id, w.next_at FROM webhook_messages w WHERE w.endpoint_id = e.id AND w.state = 'pending' AND w.next_at <= now()
        ORDER BY w.next_at LIMIT greatest(0, CASE WHEN e.failing_since IS NULL THEN ${inFlightPerEndpoint}::int ELSE ${inFlightWhileFailing}::int END
          - (SELECT count(*) FROM webhook_messages f
             WHERE f.endpoint_id = e.id AND f.state = 'pending' AND f.leased AND f.next_at > now())::int)
      ) m
      WHERE e.id = ANY(${open.rows.map(({ id }) => id)}::uuid[])
    )
    UPDATE webhook_messages m SET attempt = m.attempt + 1, leased = true, next_at = now() + make_interval(secs => ${limits.leaseMs / 1000})
    FROM due JOIN webhook_messages own ON own.id = due.id JOIN webhook_endpoints e ON e.id = own.endpoint_id
    WHERE m.id = due.id AND m.state = 'pending' AND m.next_at <= now()
      AND due.place <= CASE WHEN due.failing THEN ${limits.failing}::int ELSE ${limits.healthy}::int END
    RETURNING m.id, m.agency_id, m.endpoint_id, m.type, m.fact_type, m.body, m.data, m.occurred_at, m.attempt, m.failures, e.url, due.failing,
      CASE WHEN e.old_secret_until > now() THEN ARRAY[e.secret, e.old_secret] ELSE ARRAY[e.secret] END AS secrets`.execute(
    tx,
  );
  return rows;
}
