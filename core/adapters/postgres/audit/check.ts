import { sql, type RawBuilder } from "kysely";

/** What is looked at. Undefined: all. */
export interface AuditScope {
  agencyId: string | undefined;
  /** Names a blast; then `sinceDays` does not count. */
  blastId: string | undefined;
  /** Only blasts of so many days: older ones have ended and do not change. */
  sinceDays: number;
}

/** One thing that breaks a promise, named so that a person finds it. */
export interface Finding {
  agency_id: string;
  blast_id: string | null;
  seq: number | null;
  sentence: string;
}

/** A promise as a question: every row of the answer breaks it. One statement, so one snapshot, also while everything runs. */
export interface Check {
  name: string;
  /** I1 to I10 of the design. */
  invariant: string;
  findings: (scope: AuditScope) => RawBuilder<Finding>;
}

/** The condition that keeps a query inside the scope, by the columns that hold blast and agency. Ids of blasts are ordered by time. */
export function within(scope: AuditScope, blast: string, agency: string): RawBuilder<unknown> {
  const { agencyId, blastId, sinceDays } = scope;
  const blasts =
    blastId === undefined
      ? sql`${sql.ref(blast)} >= uuid_v7_floor(now() - make_interval(days => ${sinceDays}))`
      : sql`${sql.ref(blast)} = ${blastId}`;
  return agencyId === undefined ? blasts : sql`${blasts} AND ${sql.ref(agency)} = ${agencyId}`;
}

/**
 * The condition that the rows of a blast may be counted: retention has not dropped their month. Only what is older than the last month can have been
 * dropped, and only whole: while a row of the blast is there, or its month's partition is, the blast is looked at.
 */
export function rowsAreKept(blast: string): RawBuilder<unknown> {
  const id = sql.ref(blast);
  return sql`(${id} >= uuid_v7_floor(date_trunc('month', now(), 'UTC') - interval '1 month')
    OR EXISTS (
      SELECT FROM unnest(ARRAY(
        SELECT month_of_partition(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'deliveries'::regclass)) AS month
      WHERE ${id} >= uuid_v7_floor(month) AND ${id} < uuid_v7_floor(month + interval '1 month'))
    OR EXISTS (SELECT FROM deliveries kept WHERE kept.blast_id = ${id}))`;
}

/** `within` for rows that belong to an agency and to no blast; asks for nothing when a blast is named. */
export function ofAgency({ agencyId, blastId }: AuditScope, agency: string): RawBuilder<unknown> {
  if (blastId !== undefined) return sql`false`;
  return agencyId === undefined ? sql`true` : sql`${sql.ref(agency)} = ${agencyId}`;
}
