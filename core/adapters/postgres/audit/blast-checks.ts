import { sql } from "kysely";
import { rowsAreKept, within, type Check } from "./check.ts";

// A blast whose countdown is over, that may leave and does not, for so long: something is stuck.
const stuckMinutes = 60;

/** I1, for blasts as a whole: rows, counters and ends agree. */
export const blastChecks: readonly Check[] = [
  {
    name: "counters_match_rows",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT b.agency_id, b.id AS blast_id, NULL::int AS seq,
        format('The counter %s is %s, and %s deliveries are.', c.name, c.counted, c.there) AS sentence
      FROM blasts b
      CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'skipped') AS skipped,
          count(*) FILTER (WHERE state = 'rejected') AS rejected, count(*) FILTER (WHERE state = 'retry') AS retrying,
          count(*) FILTER (WHERE state = 'in_doubt') AS in_doubt, count(*) FILTER (WHERE state = 'held') AS held
        FROM deliveries d WHERE d.blast_id = b.id) r
      CROSS JOIN LATERAL (SELECT coalesce(sum(accepted), 0) AS accepted, coalesce(sum(skipped), 0) AS skipped,
          coalesce(sum(rejected), 0) AS rejected, coalesce(sum(retrying), 0) AS retrying, coalesce(sum(in_doubt), 0) AS in_doubt,
          coalesce(sum(held), 0) AS held
        FROM blast_progress p WHERE p.blast_id = b.id) p
      CROSS JOIN LATERAL (VALUES ('accepted', p.accepted, r.accepted), ('skipped', p.skipped, r.skipped),
        ('rejected', p.rejected, r.rejected), ('retrying', p.retrying, r.retrying), ('in_doubt', p.in_doubt, r.in_doubt),
        ('held', p.held, r.held)) AS c(name, counted, there)
      WHERE ${within(scope, "b.id", "b.agency_id")} AND c.counted <> c.there AND ${rowsAreKept("b.id")}`,
  },
  {
    name: "reasons_match_rows",
    invariant: "I1",
    findings: (scope) => sql`
      WITH rows AS (
        SELECT d.agency_id, d.blast_id, d.reason, count(*) AS there FROM deliveries d
        WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state IN ('skipped', 'rejected') GROUP BY 1, 2, 3
      ), counted AS (
        SELECT r.agency_id, r.blast_id, r.reason, sum(r.count) AS counted FROM blast_reasons r
        WHERE ${within(scope, "r.blast_id", "r.agency_id")} AND ${rowsAreKept("r.blast_id")} GROUP BY 1, 2, 3
      )
      SELECT agency_id, blast_id, NULL::int AS seq,
        format('The reason %s counts %s, and %s deliveries have it.', reason, coalesce(counted, 0), coalesce(there, 0)) AS sentence
      FROM rows FULL JOIN counted USING (agency_id, blast_id, reason)
      WHERE coalesce(counted, 0) <> coalesce(there, 0)`,
  },
  {
    name: "audience_is_complete",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT b.agency_id, b.id AS blast_id, NULL::int AS seq,
        format('Its audience is %s, and there are %s deliveries, numbered up to %s.', b.audience_size, d.there, d.last) AS sentence
      FROM blasts b
      CROSS JOIN LATERAL (SELECT count(*) AS there, coalesce(max(seq), 0) AS last FROM deliveries WHERE blast_id = b.id) d
      WHERE ${within(scope, "b.id", "b.agency_id")} AND (b.audience_size <> d.there OR b.audience_size <> d.last)
        AND ${rowsAreKept("b.id")}`,
  },
  {
    name: "ended_blasts_are_settled",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq, format('The blast has ended (%s), and this delivery is %s.', b.state, d.state) AS sentence
      FROM deliveries d JOIN blasts b ON b.id = d.blast_id
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND b.completed_at IS NOT NULL
        AND d.state NOT IN ('accepted', 'skipped', 'rejected', 'held')`,
  },
  {
    name: "blasts_make_progress",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT b.agency_id, b.id AS blast_id, NULL::int AS seq,
        format('It is %s since %s, may leave, and nothing of it has moved since %s.', b.state, b.accepted_at, moved.at) AS sentence
      FROM blasts b JOIN agencies a ON a.id = b.agency_id
      CROSS JOIN LATERAL (
        SELECT greatest(b.accepted_at, b.started_at, b.leaves_at, b.feed_after, max(p.changed_at)) AS at
        FROM blast_progress p WHERE p.blast_id = b.id
      ) moved
      WHERE ${within(scope, "b.id", "b.agency_id")} AND b.completed_at IS NULL
        AND (b.state IN ('cancelled', 'refused') OR NOT b.paused AND NOT a.paused AND a.standing = 'good')
        AND moved.at < now() - make_interval(mins => ${stuckMinutes})`,
  },
];
