import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { AuditService } from "#gen/fanfare/api/v1/audit_pb.js";
import type { AuditScope, Finding } from "#core/adapters/postgres/audit/check.ts";
import { runChecks, type CheckResult } from "#core/adapters/postgres/audit/run-checks.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { compareWithProvider } from "./compare-with-provider.ts";

// Older blasts have ended; one of them may be named.
const sinceDays = 35;

/** Streams findings as the checks find them, and what was checked at the end. A check that cannot be run is no reason to skip the others. */
export const runAudit = (deps: ApiDeps): ServiceImpl<typeof AuditService>["runAudit"] =>
  async function* ({ agencyId, blastId }, context) {
    requireOperator(context);
    const scope: AuditScope = {
      agencyId: agencyId === "" ? undefined : agencyId,
      blastId: blastId === "" ? undefined : blastId,
      sinceDays,
    };
    const results: CheckResult[] = [];
    for await (const result of all(deps, scope)) {
      if (context.signal.aborted) return;
      results.push(result);
      for (const finding of result.findings)
        yield { of: { case: "finding", value: findingMessage(result, finding) } };
    }
    const checks = results.map(({ check, findings, cutShort, tookMs, failure = "" }) => {
      return { ...check, findings: findings.length, cutShort, tookMs, failure };
    });
    const findings = checks.reduce((sum, check) => sum + check.findings, 0);
    yield {
      of: { case: "summary", value: { checks, findings, at: timestampFromDate(new Date(deps.nowMs())) } },
    };
  };

async function* all(deps: ApiDeps, scope: AuditScope): AsyncGenerator<CheckResult> {
  yield* runChecks(deps.database, scope);
  const { blastId, agencyId } = scope;
  const { providerLog, config } = deps;
  if (blastId !== undefined && providerLog !== undefined)
    yield await compareWithProvider(deps, providerLog, {
      blastId,
      agencyId,
      lagMs: config.providerLagMs ?? defaultLagMs,
    });
}

// Mailgun's log lags by up to half an hour.
const defaultLagMs = 45 * 60_000;

function findingMessage({ check }: CheckResult, { agency_id, blast_id, seq, sentence }: Finding) {
  return {
    check: check.name,
    invariant: check.invariant,
    agencyId: agency_id,
    blastId: blast_id ?? "",
    sequence: seq ?? 0,
    sentence,
  };
}
