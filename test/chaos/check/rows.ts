// What the rows of a round say, for the comparison with what the driver asked and what the provider recorded.
import type { Reader } from "./database.ts";

export type DeliveryRow = {
  blast_id: string;
  seq: number;
  customer_id: string;
  state: string;
  reason: string;
  attempt: number;
};

export type BlastRow = {
  id: string;
  agency_id: string;
  state: string;
  refusal_reason: string;
  schedule_id: string | null;
  started_at: Date | null;
};

export function readBlasts(reader: Reader): Promise<BlastRow[]> {
  return reader.rows(`SELECT id, agency_id, state, refusal_reason, schedule_id, started_at FROM blasts`);
}

export function readDeliveries(reader: Reader, blastIds: readonly string[]): Promise<DeliveryRow[]> {
  return reader.rows(
    `SELECT blast_id, seq, customer_id, state, reason, attempt FROM deliveries WHERE blast_id = ANY($1::uuid[])`,
    [blastIds],
  );
}

type Wrong = { what: string };

/** I1: a blast's counters are its rows, by state and by reason. */
export function wrongCounters(reader: Reader): Promise<Wrong[]> {
  return reader.rows(`
    WITH counted AS (
      SELECT blast_id, count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'skipped') AS skipped,
        count(*) FILTER (WHERE state = 'rejected') AS rejected, count(*) FILTER (WHERE state = 'retry') AS retrying,
        count(*) FILTER (WHERE state = 'in_doubt') AS in_doubt, count(*) FILTER (WHERE state = 'held') AS held, count(*) AS n
      FROM deliveries GROUP BY blast_id
    ), said AS (
      SELECT blast_id, sum(accepted) AS accepted, sum(skipped) AS skipped, sum(rejected) AS rejected, sum(retrying) AS retrying,
        sum(in_doubt) AS in_doubt, sum(held) AS held FROM blast_progress GROUP BY blast_id
    )
    SELECT 'blast ' || b.id || ' (' || b.state || ') says ' || coalesce(s::text, 'nothing') || ' of ' || b.audience_size
      || ', its rows are ' || coalesce(c::text, 'none') AS what
    FROM blasts b LEFT JOIN counted c ON c.blast_id = b.id LEFT JOIN said s ON s.blast_id = b.id
    WHERE (coalesce(s.accepted, 0), coalesce(s.skipped, 0), coalesce(s.rejected, 0), coalesce(s.retrying, 0), coalesce(s.in_doubt, 0),
        coalesce(s.held, 0), b.audience_size)
      IS DISTINCT FROM (coalesce(c.accepted, 0), coalesce(c.skipped, 0), coalesce(c.rejected, 0), coalesce(c.retrying, 0),
        coalesce(c.in_doubt, 0), coalesce(c.held, 0), coalesce(c.n, 0))
    UNION ALL
    SELECT 'blast ' || blast_id || ' says ' || reason || ' ' || coalesce(said, 0) || ', its rows are ' || coalesce(counted, 0)
    FROM (SELECT blast_id, reason, sum(count) AS said FROM blast_reasons GROUP BY 1, 2) s
    FULL JOIN (SELECT blast_id, reason, count(*) AS counted FROM deliveries WHERE state IN ('skipped', 'rejected') GROUP BY 1, 2) c
      USING (blast_id, reason)
    WHERE coalesce(said, 0) <> coalesce(counted, 0)`);
}

/** I5: one Activity for each transition, and the last one is the state. Steps from 1,000 on are facts beside the state. */
export function wrongActivities(reader: Reader): Promise<Wrong[]> {
  return reader.rows(`
    SELECT 'delivery ' || d.blast_id || '.' || d.seq || ' made ' || d.step || ' transitions to ' || d.state || ' and has '
      || count(a.*) || ' activities: ' || coalesce(string_agg(a.kind, ', ' ORDER BY a.step), 'none') AS what
    FROM deliveries d LEFT JOIN activities a ON a.source_id = d.blast_id AND a.seq = d.seq AND a.step < 1000
    GROUP BY d.blast_id, d.seq, d.step, d.state
    HAVING count(a.*) <> d.step OR (d.step > 0 AND (array_agg(a.kind ORDER BY a.step DESC))[1] <> 'delivery.' || d.state)
    LIMIT 100`);
}

/** I4: balance = Σ amount ≥ 0; Σ reserved = deliveries that may still settle or release; each accepted one settled once. */
export function ledgerDrift(reader: Reader): Promise<Wrong[]> {
  return reader.rows(`
    WITH sums AS (SELECT agency_id, sum(amount) AS amount, sum(reserved) AS reserved FROM ledger GROUP BY 1),
    open AS (
      SELECT b.agency_id, count(*) AS n FROM blasts b JOIN deliveries d ON d.blast_id = b.id
      WHERE b.started_at IS NOT NULL AND d.state NOT IN ('accepted', 'skipped', 'rejected') GROUP BY 1
    )
    SELECT 'agency ' || c.agency_id || ' has ' || c.balance || ', its ledger sums up to ' || coalesce(s.amount, 0) || '; reserved are '
      || coalesce(s.reserved, 0) || ' for ' || coalesce(o.n, 0) || ' open deliveries' AS what
    FROM credits c LEFT JOIN sums s USING (agency_id) LEFT JOIN open o USING (agency_id)
    WHERE c.balance <> coalesce(s.amount, 0) OR c.balance < 0 OR coalesce(s.reserved, 0) <> coalesce(o.n, 0)
    UNION ALL
    SELECT 'blast ' || b.id || ' settled ' || coalesce(l.settled, 0) || ' and released ' || coalesce(l.released, 0) || ' of '
      || coalesce(l.held, 0) || '; accepted are ' || d.accepted
    FROM blasts b
    JOIN (SELECT blast_id, count(*) FILTER (WHERE state = 'accepted') AS accepted FROM deliveries GROUP BY 1) d ON d.blast_id = b.id
    LEFT JOIN (SELECT blast_id, -sum(reserved) FILTER (WHERE kind = 'settle') AS settled,
      sum(amount) FILTER (WHERE kind = 'release') AS released, sum(reserved) FILTER (WHERE kind = 'reserve') AS held
      FROM ledger GROUP BY 1) l ON l.blast_id = b.id
    WHERE coalesce(l.settled, 0) <> d.accepted`);
}

/** Blasts with more than one for an occurrence cannot exist by their key; more than one for a schedule of one occurrence can. */
export function repeatedSchedules(reader: Reader): Promise<Wrong[]> {
  return reader.rows(`
    SELECT 'schedule ' || schedule_id || ' caused ' || count(*) || ' blasts' AS what FROM blasts
    WHERE schedule_id IS NOT NULL GROUP BY schedule_id HAVING count(*) > 1`);
}

/** Of how many rows the checks above speak. */
export async function rowCounts(reader: Reader): Promise<{ transitions: number; ledgerEntries: number }> {
  const [counts] = await reader.rows<{ transitions: number; ledgerEntries: number }>(`
    SELECT (SELECT sum(step) FROM deliveries)::int AS transitions, (SELECT count(*) FROM ledger)::int AS "ledgerEntries"`);
  return counts ?? { transitions: 0, ledgerEntries: 0 };
}

/** How long each doubt took until the next decision, in milliseconds. */
export async function doubtsSettled(reader: Reader): Promise<{ ms: number; to: string }[]> {
  return reader.rows(`
    SELECT extract(epoch FROM n.at - a.at)::float8 * 1000 AS ms, n.kind AS to FROM activities a
    JOIN activities n ON n.source_id = a.source_id AND n.seq = a.seq AND n.step = a.step + 1
    WHERE a.kind = 'delivery.in_doubt'`);
}

/** How long deliveries have been or were held, in milliseconds, and whether they still are. */
export async function heldTimes(reader: Reader): Promise<{ ms: number; still: boolean }[]> {
  return reader.rows(`
    SELECT extract(epoch FROM coalesce(n.at, clock_timestamp()) - a.at)::float8 * 1000 AS ms, n.at IS NULL AS still FROM activities a
    LEFT JOIN activities n ON n.source_id = a.source_id AND n.seq = a.seq AND n.step = a.step + 1
    WHERE a.kind = 'delivery.held'`);
}

/** Messages that were given up on. */
export function deadLetters(
  reader: Reader,
): Promise<{ reason: string; message_type: string; n: number; detail: string }[]> {
  return reader.rows(
    `SELECT reason, message_type, count(*)::int AS n, min(detail) AS detail FROM dead_letters GROUP BY 1, 2`,
  );
}
