// Once a day one of the schedulers checks that what must always hold does hold. It mends nothing: what it finds a person has to look at.
import type { NightlyAudit } from "#core/adapters/postgres/audit/nightly.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { Metrics } from "#core/runtime/metrics.ts";
import type { Round } from "./deps.ts";

/** What was found, for metrics. */
export type AuditMeter = (check: { name: string; invariant: string }, findings: number) => void;

/** Alert on any increase. */
export function auditMeter(metrics: Metrics): AuditMeter {
  const findings = metrics.counter({
    name: "fanfare_audit_findings_total",
    help: "Broken promises that the nightly audit named, by check.",
    labelNames: ["check", "invariant"],
  });
  return ({ name, invariant }, count) => findings.inc({ check: name, invariant }, count);
}

export async function auditNightly(o: {
  audit: NightlyAudit;
  log: Logger;
  meter: AuditMeter;
}): Promise<Round> {
  const { audit, log, meter } = o;
  if (!(await audit.takeDay())) return { more: false };
  let found = 0;
  for await (const { check, findings, cutShort, failure } of audit.run()) {
    found += findings.length;
    meter(check, findings.length);
    if (failure !== undefined)
      log.error({ check: check.name, failure }, "a check of the audit could not be run");
    for (const { agency_id: agencyId, blast_id: blastId, seq, sentence } of findings)
      log.error(
        { check: check.name, invariant: check.invariant, agencyId, blastId, seq, sentence },
        "a promise is broken",
      );
    if (cutShort) log.error({ check: check.name }, "more is broken than was named");
  }
  log.info({ findings: found }, "the audit of the day is done");
  return { more: false };
}
