import { sql } from "kysely";
import type { Database } from "../database.ts";
import { blastChecks } from "./blast-checks.ts";
import { bookChecks } from "./book-checks.ts";
import type { AuditScope, Check, Finding } from "./check.ts";
import { deliveryChecks } from "./delivery-checks.ts";
import { timerChecks } from "./timer-checks.ts";

export const allChecks: readonly Check[] = [...blastChecks, ...deliveryChecks, ...timerChecks, ...bookChecks];

/** What one check found. */
export interface CheckResult {
  check: Pick<Check, "name" | "invariant">;
  findings: Finding[];
  /** There are more than were named, or not everything was looked at. */
  cutShort: boolean;
  tookMs: number;
  /** Why it could not be run. */
  failure: string | undefined;
}

// Enough to see what is wrong; what broke a thousand rows is one fault.
export const maxFindings = 100;
// A check may read every delivery of the scope. One that takes longer is given up, and the answer says so.
const checkTimeoutMs = 120_000;

/** Runs one check after the other, each in a transaction of its own that writes nothing, so that no snapshot is held for long. */
export async function* runChecks(database: Database, scope: AuditScope): AsyncGenerator<CheckResult> {
  for (const check of allChecks) yield await runCheck(database, scope, check);
}

async function runCheck({ asSystem }: Database, scope: AuditScope, check: Check): Promise<CheckResult> {
  const startedMs = performance.now();
  const done = (findings: Finding[], failure?: string): CheckResult => ({
    check,
    findings: findings.slice(0, maxFindings),
    cutShort: findings.length > maxFindings,
    tookMs: Math.round(performance.now() - startedMs),
    failure,
  });
  try {
    return await asSystem(async (tx) => {
      await sql`SELECT set_config('statement_timeout', ${String(checkTimeoutMs)}, true), set_config('transaction_read_only', 'on', true)`.execute(
        tx,
      );
      const { rows } = await sql<Finding>`
        SELECT * FROM (${check.findings(scope)}) f ORDER BY agency_id, blast_id, seq LIMIT ${maxFindings + 1}`.execute(
        tx,
      );
      return done(rows);
    });
  } catch (error) {
    return done([], error instanceof Error ? error.message : String(error));
  }
}
