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

/** The same for rows that belong to an agency and to no blast; asks for nothing when a blast is named. */
export function ofAgency({ agencyId, blastId }: AuditScope, agency: string): RawBuilder<unknown> {
  if (blastId !== undefined) return sql`false`;
  return agencyId === undefined ? sql`true` : sql`${sql.ref(agency)} = ${agencyId}`;
}
