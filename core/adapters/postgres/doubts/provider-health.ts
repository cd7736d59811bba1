import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** What the provider answered of late for one sending domain. `window_ms` is the time that the figures span. */
export interface DomainHealthRecord {
  agency_id: string;
  agency_name: string;
  sending_domain: string;
  window_ms: number;
  accepted: number;
  retried: number;
  rejected: number;
  in_doubt: number;
  last_accepted_at: Date | null;
  last_trouble: string | null;
  last_trouble_at: Date | null;
  on_the_wire: number;
}

// An agency at full pace has millions of answers in that time; these say how it goes and take a millisecond each.
const maxAnswers = 2_000;
const windowMs = 600_000;
const maxDomains = 200;

/**
 * How the provider answers, for each agency one of whose blasts changed within the hour. The answers are the newest Activities by the
 * agency's index; when there are more than are read, the window is as long as those that were. Runs as system.
 */
export async function providerHealth(tx: Tx): Promise<DomainHealthRecord[]> {
  const { rows } = await sql<DomainHealthRecord>`
    WITH at_work AS (
      SELECT agency_id, max(changed_at) AS changed_at FROM blast_progress WHERE changed_at > now() - interval '1 hour'
      GROUP BY 1 ORDER BY 2 DESC LIMIT ${maxDomains}
    ), wire AS (
      SELECT agency_id, sum(cardinality(seqs))::int AS on_the_wire FROM claims GROUP BY 1
    )
    SELECT w.agency_id, g.name AS agency_name, g.sending_domain, coalesce(c.on_the_wire, 0) AS on_the_wire, s.*
    FROM at_work w JOIN agencies g ON g.id = w.agency_id LEFT JOIN wire c ON c.agency_id = w.agency_id
    CROSS JOIN LATERAL (
      SELECT CASE WHEN count(*) < ${maxAnswers} THEN ${windowMs}::int
          ELSE greatest(1, extract(epoch FROM now() - min(t.at)) * 1000)::int END AS window_ms,
        (count(*) FILTER (WHERE t.kind = 'delivery.accepted'))::int AS accepted,
        (count(*) FILTER (WHERE t.kind = 'delivery.retry'))::int AS retried,
        (count(*) FILTER (WHERE t.kind = 'delivery.rejected'))::int AS rejected,
        (count(*) FILTER (WHERE t.kind = 'delivery.in_doubt'))::int AS in_doubt,
        max(t.at) FILTER (WHERE t.kind = 'delivery.accepted') AS last_accepted_at,
        max(t.at) FILTER (WHERE t.trouble) AS last_trouble_at,
        (array_agg(coalesce(t.data->>'reason', '') ORDER BY t.at DESC) FILTER (WHERE t.trouble))[1] AS last_trouble
      FROM (
        SELECT kind, at, data, kind IN ('delivery.retry', 'delivery.rejected', 'delivery.in_doubt') AS trouble FROM activities
        WHERE agency_id = w.agency_id AND at > now() - ${windowMs}::int * interval '1 millisecond'
          AND kind IN ('delivery.accepted', 'delivery.retry', 'delivery.rejected', 'delivery.in_doubt')
        ORDER BY at DESC LIMIT ${maxAnswers}
      ) t
    ) s
    ORDER BY accepted::float8 / s.window_ms DESC, w.changed_at DESC`.execute(tx);
  return rows;
}
