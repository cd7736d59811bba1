import { sql } from "kysely";
import type { Database } from "../database.ts";
import { operatorAgencyId } from "../idempotency/remember.ts";
import type { AuditScope } from "./check.ts";
import { runChecks, type CheckResult } from "./run-checks.ts";

/** What a scheduler needs for the audit of the night. */
export interface NightlyAudit {
  /** True for the first caller of a day, of however many schedulers. The day begins at 03:00 UTC. */
  takeDay: () => Promise<boolean>;
  run: () => AsyncIterable<CheckResult>;
}

// Blasts end within a day or two; a week also finds what somebody changed by hand.
const sinceDays = 7;
const dayBeginsHours = 3;

export function createNightlyAudit(database: Database): NightlyAudit {
  const scope: AuditScope = { agencyId: undefined, blastId: undefined, sinceDays };
  return {
    takeDay: () =>
      database.asSystem(async (tx) => {
        const { numAffectedRows = 0n } = await sql`
          INSERT INTO idempotency_keys (agency_id, scope, key, request_hash, result)
          SELECT ${operatorAgencyId}, 'nightly_audit', ((now() - make_interval(hours => ${dayBeginsHours})) AT TIME ZONE 'UTC')::date::text, '', ''
          ON CONFLICT DO NOTHING`.execute(tx);
        return numAffectedRows === 1n;
      }),
    run: () => runChecks(database, scope),
  };
}
