import type { ChaosResult } from "./run.ts";

/** Whether nothing was lost, sent twice or against a wish, and no invariant broke. */
export function passed(result: ChaosResult): boolean {
  const { lost, duplicates, optOutViolations, ledgerDrift } = result.figures;
  return lost + duplicates + optOutViolations + ledgerDrift + result.violations.length === 0;
}

/** The run in one line. */
export function lastLine(result: ChaosResult): string {
  const { faults, settleMs } = result;
  const { mails, lost, duplicates, optOutViolations, ledgerDrift, held } = result.figures;
  return (
    `chaos: faults=${faults.length} mails=${mails} lost=${lost} duplicates=${duplicates} optout_violations=${optOutViolations} ` +
    `ledger_drift=${ledgerDrift} held=${held} settle_p99=${(percentile(settleMs, 0.99) / 1_000).toFixed(1)}s`
  );
}

/** 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
