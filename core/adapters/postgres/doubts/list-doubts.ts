import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** What is unsettled of one agency. `oldest_since` is null when nothing is in doubt. */
export interface AgencyDoubtsRecord {
  agency_id: string;
  agency_name: string;
  sending_domain: string;
  in_doubt: number;
  oldest_since: Date | null;
  most_looks: number;
  held: number;
  blasts: { id: string; name: string; in_doubt: number; held: number; accepted_at: string }[];
}

// More than an operator can look into in a day; the oldest doubt comes first.
const maxAgencies = 200;
const maxBlasts = 20;

/**
 * Agencies with deliveries in doubt or held. Doubts are rows of their own and few; held ones are counted by the blasts' counters, at most 16 rows
 * a blast, which are all read: some 0.3 s on a busy machine for 10,000 blasts of 200 agencies of which every seventh holds something. Runs as system.
 */
export async function listDoubts(tx: Tx): Promise<AgencyDoubtsRecord[]> {
  const { rows } = await sql<AgencyDoubtsRecord>`
    WITH doubted AS (
      SELECT blast_id, agency_id, count(*)::int AS in_doubt, min(since) AS oldest_since, max(looks) AS most_looks
      FROM doubts GROUP BY 1, 2
    ), kept AS (
      SELECT blast_id, agency_id, sum(held)::int AS held FROM blast_progress WHERE held <> 0 GROUP BY 1, 2 HAVING sum(held) > 0
    ), by_blast AS (
      SELECT coalesce(d.blast_id, k.blast_id) AS blast_id, coalesce(d.agency_id, k.agency_id) AS agency_id,
        coalesce(d.in_doubt, 0) AS in_doubt, coalesce(k.held, 0) AS held, d.oldest_since, coalesce(d.most_looks, 0) AS most_looks
      FROM doubted d FULL JOIN kept k USING (blast_id, agency_id)
    ), by_agency AS (
      SELECT agency_id, sum(in_doubt)::int AS in_doubt, sum(held)::int AS held, min(oldest_since) AS oldest_since,
        max(most_looks) AS most_looks
      FROM by_blast GROUP BY 1 ORDER BY oldest_since NULLS LAST, held DESC LIMIT ${maxAgencies}
    )
    SELECT a.agency_id, g.name AS agency_name, g.sending_domain, a.in_doubt, a.held, a.oldest_since, a.most_looks, l.blasts
    FROM by_agency a JOIN agencies g ON g.id = a.agency_id
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.blast_id, 'name', x.name, 'in_doubt', x.in_doubt, 'held', x.held,
        'accepted_at', x.accepted_at) ORDER BY x.in_doubt + x.held DESC), '[]') AS blasts
      FROM (
        SELECT b.blast_id, s.name, b.in_doubt, b.held, s.accepted_at FROM by_blast b JOIN blasts s ON s.id = b.blast_id
        WHERE b.agency_id = a.agency_id ORDER BY b.in_doubt + b.held DESC LIMIT ${maxBlasts}
      ) x
    ) l
    ORDER BY a.oldest_since NULLS LAST, a.held DESC`.execute(tx);
  return rows;
}
