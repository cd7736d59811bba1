import { sql } from "kysely";
import { ofAgency, rowsAreKept, within, type Check } from "./check.ts";

/** I4, I8 and I10: money, orders, and agencies apart. */
export const bookChecks: readonly Check[] = [
  {
    name: "balance_is_the_ledger",
    invariant: "I4",
    findings: (scope) => sql`
      SELECT c.agency_id, NULL::uuid AS blast_id, NULL::int AS seq,
        format('The balance is %s, and its ledger adds up to %s.', c.balance, l.amount) AS sentence
      FROM credits c
      CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS amount FROM ledger WHERE agency_id = c.agency_id) l
      WHERE ${ofAgency(scope, "c.agency_id")} AND (c.balance <> l.amount OR c.balance < 0)`,
  },
  {
    name: "reserved_is_the_ledger",
    invariant: "I4",
    findings: (scope) => sql`
      SELECT c.agency_id, NULL::uuid AS blast_id, NULL::int AS seq,
        format('%s credits are counted as reserved, and its ledger adds up to %s.', r.reserved, l.reserved) AS sentence
      FROM credits c
      CROSS JOIN LATERAL (SELECT coalesce(sum(reserved), 0) AS reserved FROM credits_reserved WHERE agency_id = c.agency_id) r
      CROSS JOIN LATERAL (SELECT coalesce(sum(reserved), 0) AS reserved FROM ledger WHERE agency_id = c.agency_id) l
      WHERE ${ofAgency(scope, "c.agency_id")} AND r.reserved <> l.reserved`,
  },
  {
    name: "reservations_match_rows",
    invariant: "I4",
    findings: (scope) => sql`
      WITH booked AS (
        SELECT l.blast_id, sum(l.reserved) AS reserved, coalesce(sum(-l.reserved) FILTER (WHERE l.kind = 'settle'), 0) AS settled
        FROM ledger l WHERE ${within(scope, "l.blast_id", "l.agency_id")} GROUP BY 1
      )
      SELECT b.agency_id, b.id AS blast_id, NULL::int AS seq,
        format('%s credits are reserved for %s open deliveries, and %s were spent on %s accepted ones.', coalesce(k.reserved, 0), d.open,
          coalesce(k.settled, 0), d.accepted) AS sentence
      FROM blasts b
      LEFT JOIN booked k ON k.blast_id = b.id
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE b.started_at IS NOT NULL AND state NOT IN ('accepted', 'skipped', 'rejected')) AS open,
          count(*) FILTER (WHERE state = 'accepted') AS accepted
        FROM deliveries WHERE blast_id = b.id
      ) d
      WHERE ${within(scope, "b.id", "b.agency_id")} AND (coalesce(k.reserved, 0) <> d.open
        OR coalesce(k.settled, 0) <> d.accepted AND ${rowsAreKept("b.id")})`,
  },
  {
    name: "one_blast_a_key",
    invariant: "I8",
    findings: (scope) => sql`
      SELECT k.agency_id, k.result::uuid AS blast_id, NULL::int AS seq, CASE WHEN b.id IS NULL
        THEN format('The key %s stands for a blast that is not there.', k.key)
        ELSE format('%s keys stand for this blast; one of them is %s.', k.keys, k.key) END AS sentence
      FROM (
        SELECT agency_id, key, result, result::uuid AS result_id, count(*) OVER (PARTITION BY result) AS keys FROM idempotency_keys
        WHERE scope IN ('send_blast', 'send_to_customer')
      ) k LEFT JOIN blasts b ON b.id = k.result::uuid AND b.agency_id = k.agency_id
      WHERE ${within(scope, "k.result_id", "k.agency_id")} AND (b.id IS NULL OR k.keys > 1)`,
  },
  {
    name: "one_blast_an_occurrence",
    invariant: "I8",
    findings: (scope) => sql`
      SELECT b.agency_id, b.id AS blast_id, NULL::int AS seq,
        format('%s blasts are there for the occurrence %s of schedule %s.', b.twins, b.occurrence, b.schedule_id) AS sentence
      FROM (
        SELECT agency_id, id, schedule_id, occurrence, count(*) OVER (PARTITION BY schedule_id, occurrence) AS twins
        FROM blasts WHERE schedule_id IS NOT NULL
      ) b WHERE ${within(scope, "b.id", "b.agency_id")} AND b.twins > 1`,
  },
  {
    name: "agencies_are_apart",
    invariant: "I10",
    findings: (scope) => sql`
      SELECT b.agency_id, d.blast_id, d.seq,
        format('The delivery belongs to agency %s, its customer to %s, its blast to %s.', d.agency_id, c.agency_id, b.agency_id) AS sentence
      FROM deliveries d JOIN blasts b ON b.id = d.blast_id LEFT JOIN customers c ON c.id = d.customer_id
      WHERE ${within(scope, "d.blast_id", "b.agency_id")} AND (d.agency_id <> b.agency_id OR c.agency_id <> b.agency_id)`,
  },
];
