import type { BalanceSheet } from "#gen/fanfare/api/v1/blast_pb.js";
import { ProgressBar } from "../../ui/progress.tsx";

/** The balance sheet as one bar: what is empty still waits. */
export function BalanceBar({ sheet }: { sheet: BalanceSheet | undefined }) {
  return (
    <ProgressBar
      label="Progress"
      total={sheet?.audience ?? 0}
      parts={[
        { label: "Accepted", value: sheet?.accepted ?? 0, tone: "good" },
        { label: "Skipped", value: sheet?.skipped ?? 0, tone: "neutral" },
        { label: "Rejected", value: sheet?.rejected ?? 0, tone: "bad" },
        { label: "In doubt", value: sheet?.inDoubt ?? 0, tone: "info" },
        { label: "Held", value: sheet?.held ?? 0, tone: "warn" },
      ]}
    />
  );
}
