import { sql } from "kysely";
import { within, type Check } from "./check.ts";

// now() of an opt-out is the moment at which it began to wait for the agency's gate; a claim that was let in before may be a little younger.
const gateSeconds = 60;
// Facts from webhooks may come before the answer to the call is written.
const answerMinutes = 60;

/** I2, I3, I5, I6 and I7, row by row. */
export const deliveryChecks: readonly Check[] = [
  {
    name: "one_delivery_a_customer",
    invariant: "I2",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, max(d.seq) AS seq,
        format('The customer %s has %s deliveries of this blast: %s.', d.customer_id, count(*),
          string_agg(d.seq::text, ', ' ORDER BY d.seq)) AS sentence
      FROM deliveries d WHERE ${within(scope, "d.blast_id", "d.agency_id")}
      GROUP BY d.agency_id, d.blast_id, d.customer_id HAVING count(*) > 1`,
  },
  {
    name: "one_acceptance_an_address",
    invariant: "I2",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, max(d.seq) AS seq,
        format('The provider took %s deliveries of this blast to one address: %s.', count(*),
          string_agg(d.seq::text, ', ' ORDER BY d.seq)) AS sentence
      FROM deliveries d WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state = 'accepted'
      GROUP BY d.agency_id, d.blast_id, lower(d.address) HAVING count(*) > 1`,
  },
  {
    name: "accepted_after_a_claim",
    invariant: "I3",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq,
        format('It is %s with attempt %s and no time of a claim.', d.state, d.attempt) AS sentence
      FROM deliveries d
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state IN ('sending', 'accepted', 'in_doubt', 'held')
        AND (d.attempt = 0 OR d.claimed_at IS NULL)`,
  },
  {
    name: "an_activity_for_each_transition",
    invariant: "I5",
    findings: (scope) => sql`
      WITH told AS (
        SELECT a.source_id, a.seq, count(*) AS activities, max(a.step) AS last,
          (array_agg(a.kind ORDER BY a.step DESC))[1] AS kind
        FROM activities a WHERE ${within(scope, "a.source_id", "a.agency_id")} AND a.seq > 0 AND a.step < 1000 GROUP BY 1, 2
      )
      SELECT d.agency_id, d.blast_id, d.seq,
        format('It is %s after %s transitions, and has %s activities, the last %s.', d.state, d.step, coalesce(t.activities, 0),
          coalesce(t.kind, 'none')) AS sentence
      FROM deliveries d LEFT JOIN told t ON t.source_id = d.blast_id AND t.seq = d.seq
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND (coalesce(t.activities, 0) <> d.step OR coalesce(t.last, 0) <> d.step
        OR d.state NOT IN ('pending', 'sending') AND t.kind <> 'delivery.' || d.state)`,
  },
  {
    name: "no_mail_after_an_opt_out",
    invariant: "I6",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq,
        format('It was claimed at %s, and its address had opted out at %s.', d.claimed_at, s.since) AS sentence
      FROM deliveries d JOIN suppressions s ON s.agency_id = d.agency_id AND s.address_key = d.address_key AND s.reason = 'opted_out'
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state IN ('sending', 'accepted', 'in_doubt', 'held')
        AND d.claimed_at > s.since + make_interval(secs => ${gateSeconds})`,
  },
  {
    name: "attempts_only_rise",
    invariant: "I7",
    findings: (scope) => sql`
      SELECT x.agency_id, x.source_id AS blast_id, x.seq,
        format('Transition %s was under attempt %s, the one before it under %s.', x.step, x.attempt, x.before) AS sentence
      FROM (
        SELECT a.agency_id, a.source_id, a.seq, a.step, (a.data->>'attempt')::int AS attempt,
          lag((a.data->>'attempt')::int) OVER (PARTITION BY a.source_id, a.seq ORDER BY a.step) AS before
        FROM activities a
        WHERE ${within(scope, "a.source_id", "a.agency_id")} AND a.seq > 0 AND a.step < 1000 AND a.data ? 'attempt'
      ) x WHERE x.attempt < x.before`,
  },
  {
    name: "facts_follow_an_acceptance",
    invariant: "I7",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq,
        format('The provider tells of what became of the mail since %s, and the delivery is %s.', f.first_at, d.state) AS sentence
      FROM (
        SELECT blast_id, seq, agency_id, least(delivered_at, opened_at, clicked_at, bounced_at, complained_at, unsubscribed_at) AS first_at
        FROM delivery_facts
      ) f JOIN deliveries d ON d.blast_id = f.blast_id AND d.seq = f.seq
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state IN ('pending', 'skipped', 'in_doubt', 'held')
        AND f.first_at < now() - make_interval(mins => ${answerMinutes})`,
  },
];
