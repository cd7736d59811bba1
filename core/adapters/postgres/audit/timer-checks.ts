import { sql } from "kysely";
import { ofAgency, within, type Check } from "./check.ts";

// Schedulers look every second; what is late by this much nobody looks after.
const lateMinutes = 10;
// The provider's log is believed after 45 minutes; a day is for a log that cannot be read.
const doubtHours = 24;

/** The small tables beside deliveries: each row points at what it is for, nothing that needs one lacks it, and nothing is overdue. */
export const timerChecks: readonly Check[] = [
  {
    name: "sending_has_a_lease",
    invariant: "I3",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq, format('It is sending under attempt %s, and no lease has it.', d.attempt) AS sentence
      FROM deliveries d
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state = 'sending'
        AND NOT EXISTS (SELECT FROM claims c WHERE c.blast_id = d.blast_id AND d.seq = ANY(c.seqs))`,
  },
  {
    name: "leases_end",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT c.agency_id, c.blast_id, c.seqs[1] AS seq,
        format('The lease of %s for %s deliveries ran out at %s and was not ended.', c.worker, cardinality(c.seqs), c.lease_until) AS sentence
      FROM claims c
      WHERE ${within(scope, "c.blast_id", "c.agency_id")} AND c.lease_until < now() - make_interval(mins => ${lateMinutes})`,
  },
  {
    name: "retries_have_a_wakeup",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq, format('It waits for another try (%s), and nothing wakes it.', d.reason) AS sentence
      FROM deliveries d
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state = 'retry'
        AND NOT EXISTS (SELECT FROM wakeups w WHERE w.blast_id = d.blast_id AND w.seq = d.seq)`,
  },
  {
    name: "wakeups_are_for_retries",
    invariant: "I7",
    findings: (scope) => sql`
      SELECT w.agency_id, w.blast_id, w.seq,
        format('A wake-up after attempt %s is for a delivery that is %s under attempt %s.', w.attempt, coalesce(d.state, 'missing'),
          d.attempt) AS sentence
      FROM wakeups w LEFT JOIN deliveries d ON d.blast_id = w.blast_id AND d.seq = w.seq
      WHERE ${within(scope, "w.blast_id", "w.agency_id")} AND (d.state, d.attempt) IS DISTINCT FROM ('retry', w.attempt)`,
  },
  {
    name: "wakeups_are_looked_after",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT w.agency_id, w.blast_id, w.seq, format('It was to be tried again at %s.', w.at) AS sentence
      FROM wakeups w JOIN blasts b ON b.id = w.blast_id JOIN agencies a ON a.id = w.agency_id
      WHERE ${within(scope, "w.blast_id", "w.agency_id")} AND NOT b.paused AND NOT a.paused
        AND w.at < now() - make_interval(mins => ${lateMinutes})`,
  },
  {
    name: "doubts_are_for_deliveries_in_doubt",
    invariant: "I7",
    findings: (scope) => sql`
      SELECT x.agency_id, x.blast_id, x.seq,
        format('A doubt about attempt %s is for a delivery that is %s under attempt %s.', x.attempt, coalesce(d.state, 'missing'),
          d.attempt) AS sentence
      FROM doubts x LEFT JOIN deliveries d ON d.blast_id = x.blast_id AND d.seq = x.seq
      WHERE ${within(scope, "x.blast_id", "x.agency_id")} AND (d.state, d.attempt) IS DISTINCT FROM ('in_doubt', x.attempt)`,
  },
  {
    name: "doubts_are_settled",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT d.agency_id, d.blast_id, d.seq, CASE WHEN x.since IS NULL THEN 'It is in doubt, and nobody asks the provider.'
        ELSE format('It is in doubt since %s; the provider was asked %s times.', x.since, x.looks) END AS sentence
      FROM deliveries d LEFT JOIN doubts x ON x.blast_id = d.blast_id AND x.seq = d.seq
      WHERE ${within(scope, "d.blast_id", "d.agency_id")} AND d.state = 'in_doubt'
        AND (x.since IS NULL OR x.since < now() - make_interval(hours => ${doubtHours}))`,
  },
  {
    name: "outbox_is_published",
    invariant: "I1",
    findings: (scope) => sql`
      SELECT o.agency_id, NULL::uuid AS blast_id, NULL::int AS seq,
        format('The message %s for %s waits for the broker since %s.', o.id, o.subject, o.created_at) AS sentence
      FROM outbox o WHERE ${ofAgency(scope, "o.agency_id")} AND o.created_at < now() - make_interval(mins => ${lateMinutes})`,
  },
];
