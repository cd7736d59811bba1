import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeliveryStateText, LaneText, ProviderEventKindText } from "../schema.ts";

/** An event that waits, with the delivery it names; agency_id is null when there is none. */
export interface WaitingEvent {
  day: string;
  id: string;
  kind: ProviderEventKindText;
  reason: string;
  agency_id: string | null;
  address_key: string | null;
}

/**
 * Events that were not applied yet, oldest first. One that names a delivery on its way waits for the record or the end of the lease: the
 * provider is often faster than the answer to the worker, and the event may be all that is known of the try. Runs as system.
 */
export async function waitingEvents(tx: Tx, limit: number): Promise<WaitingEvent[]> {
  const { rows } = await sql<WaitingEvent>`
    SELECT e.day::text AS day, e.id, e.kind, e.reason, d.agency_id, d.address_key
    FROM provider_events e LEFT JOIN deliveries d ON d.blast_id = e.blast_id AND d.seq = e.seq
    WHERE e.applied_at IS NULL AND d.state IS DISTINCT FROM 'sending' ORDER BY e.received_at LIMIT ${limit}`.execute(
    tx,
  );
  return rows;
}

/** An acceptance that an event proves, of a delivery that does not know it yet, or that knows another one. */
export interface Proof {
  agency_id: string;
  blast_id: string;
  seq: number;
  attempt: number;
  lane: LaneText;
  state: DeliveryStateText;
  current_attempt: number;
  kind: ProviderEventKindText;
  provider_message_id: string;
  at: Date;
}

type EventKey = { day: string; id: string };

/** The proofs of acceptance among these events that change a state. Changes nothing. Runs as system. */
export async function proofsOf(tx: Tx, events: readonly EventKey[]): Promise<Proof[]> {
  const { rows } = await sql<Proof>`
    SELECT DISTINCT ON (e.blast_id, e.seq, e.attempt) d.agency_id, e.blast_id, e.seq, e.attempt, b.lane, d.state,
      d.attempt AS current_attempt, e.kind, e.provider_message_id, e.at
    FROM provider_events e ${named(events)}
    JOIN deliveries d ON d.blast_id = e.blast_id AND d.seq = e.seq
    JOIN blasts b ON b.id = e.blast_id
    WHERE e.applied_at IS NULL AND (d.state IN ('in_doubt', 'held', 'retry') OR e.attempt <> d.attempt)
    ORDER BY e.blast_id, e.seq, e.attempt, e.at`.execute(tx);
  return rows;
}

function named(events: readonly EventKey[]) {
  return sql`JOIN unnest(${events.map((e) => e.day)}::date[], ${events.map((e) => e.id)}::text[]) AS w(day, id)
    ON e.day = w.day AND e.id = w.id`;
}

/**
 * Marks events as applied and writes what they say: facts (the first time of each kind), and one Activity for each delivery and
 * kind. Events that another scheduler has, and those of deliveries that are on their way again, are left alone. Runs as system.
 */
export async function applyEvents(tx: Tx, events: readonly EventKey[]): Promise<void> {
  await sql`
    WITH taken AS MATERIALIZED (
      SELECT e.* FROM provider_events e ${named(events)}
      WHERE e.applied_at IS NULL
        AND NOT EXISTS (SELECT FROM deliveries d WHERE d.blast_id = e.blast_id AND d.seq = e.seq AND d.state = 'sending')
      FOR UPDATE OF e SKIP LOCKED
    ), applied AS (
      UPDATE provider_events e SET applied_at = clock_timestamp() FROM taken WHERE e.day = taken.day AND e.id = taken.id
    ), ours AS MATERIALIZED (
      SELECT taken.*, d.agency_id, d.customer_id FROM taken JOIN deliveries d ON d.blast_id = taken.blast_id AND d.seq = taken.seq
    ), facts AS (
      INSERT INTO delivery_facts (blast_id, seq, agency_id, delivered_at, opened_at, clicked_at, bounced_at, complained_at,
        unsubscribed_at, deferred_at, opens, clicks, bounce_reason)
      SELECT blast_id, seq, agency_id, min(at) FILTER (WHERE kind = 'delivered'), min(at) FILTER (WHERE kind = 'opened'),
        min(at) FILTER (WHERE kind = 'clicked'), min(at) FILTER (WHERE kind = 'failed_permanent'),
        min(at) FILTER (WHERE kind = 'complained'), min(at) FILTER (WHERE kind = 'unsubscribed'),
        min(at) FILTER (WHERE kind = 'failed_temporary'), count(*) FILTER (WHERE kind = 'opened'),
        count(*) FILTER (WHERE kind = 'clicked'), coalesce(max(reason) FILTER (WHERE kind = 'failed_permanent'), '')
      FROM ours WHERE kind <> 'accepted' GROUP BY blast_id, seq, agency_id ORDER BY blast_id, seq
      ON CONFLICT (blast_id, seq) DO UPDATE SET
        delivered_at = least(delivery_facts.delivered_at, excluded.delivered_at),
        opened_at = least(delivery_facts.opened_at, excluded.opened_at),
        clicked_at = least(delivery_facts.clicked_at, excluded.clicked_at),
        bounced_at = least(delivery_facts.bounced_at, excluded.bounced_at),
        complained_at = least(delivery_facts.complained_at, excluded.complained_at),
        unsubscribed_at = least(delivery_facts.unsubscribed_at, excluded.unsubscribed_at),
        deferred_at = least(delivery_facts.deferred_at, excluded.deferred_at),
        opens = delivery_facts.opens + excluded.opens, clicks = delivery_facts.clicks + excluded.clicks,
        bounce_reason = CASE WHEN delivery_facts.bounce_reason = '' THEN excluded.bounce_reason ELSE delivery_facts.bounce_reason END
    ), logged AS (
      -- Steps from 1,000 on are facts: one for each delivery and kind, whichever event came first.
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, at, data)
      SELECT DISTINCT ON (blast_id, seq, kind) blast_id, seq,
        1000 + array_position(ARRAY['delivered', 'opened', 'clicked', 'unsubscribed', 'complained', 'failed_permanent',
          'failed_temporary'], kind), agency_id, customer_id,
        'delivery.' || CASE kind WHEN 'failed_permanent' THEN 'bounced' WHEN 'failed_temporary' THEN 'deferred' ELSE kind END,
        at, jsonb_strip_nulls(jsonb_build_object('attempt', attempt::text, 'reason', nullif(reason, ''),
          'provider_message_id', nullif(provider_message_id, '')))
      FROM ours WHERE kind <> 'accepted' ORDER BY blast_id, seq, kind, at
      ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM ours`.execute(tx);
}
