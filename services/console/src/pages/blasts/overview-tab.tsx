import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import { count, percent } from "../../format/numbers.ts";
import { useZone } from "../../format/time.tsx";
import { Card } from "../../ui/card.tsx";
import { LineChart } from "../../ui/line-chart.tsx";
import { Split, Stack } from "../../ui/page.tsx";
import { BalanceSheetFigures } from "./balance-sheet.tsx";
import { BlastFacts } from "./blast-facts.tsx";
import styles from "./overview-tab.module.css";
import { reasonWords } from "./reasons.ts";
import type { Rates } from "./throughput.ts";

/** How a blast stands: its balance sheet, its pace, why some were left out, and what it is. */
export function OverviewTab({ blast, rates }: { blast: Blast; rates: Rates }) {
  return (
    <Stack gap={5}>
      <Card title={<BalanceTitle blast={blast} />}>
        <BalanceSheetFigures blastId={blast.id} sheet={blast.balanceSheet} />
      </Card>
      <Split>
        <Card title="Mails accepted a second">
          <Throughput rates={rates} blast={blast} />
        </Card>
        <Stack gap={5}>
          <Reasons blast={blast} />
          <Card title="Details">
            <BlastFacts blast={blast} />
          </Card>
        </Stack>
      </Split>
    </Stack>
  );
}

function BalanceTitle({ blast }: { blast: Blast }) {
  const audience = blast.balanceSheet?.audience ?? 0;
  return <>{audience === 0 ? "Audience" : `${count(audience)} customers in the audience`}</>;
}

/** What stands in place of the plot while there is nothing to draw. */
function noPlot({ completedAt, balanceSheet }: Blast): string {
  if (completedAt === undefined) return "The plot begins with the first mails that leave.";
  return (balanceSheet?.accepted ?? 0) > 0
    ? "The plot is being read from the deliveries."
    : "No mail of this blast was accepted.";
}

function Throughput({ rates, blast }: { rates: Rates; blast: Blast }) {
  const zone = useZone();
  const data = useMemo(
    () => ({
      times: rates.times,
      zone,
      lines: [
        {
          label: "Accepted a second",
          tone: "good" as const,
          values: rates.perSecond,
          shape: "area" as const,
        },
      ],
    }),
    [rates, zone],
  );
  if (rates.times.length < 2) return <p className="muted">{noPlot(blast)}</p>;
  const peak = Math.max(...rates.perSecond);
  return (
    <LineChart
      data={data}
      label={`Mails accepted a second over time; at most ${count(Math.round(peak))}, now ${count(Math.round(rates.perSecond.at(-1) ?? 0))}.`}
    />
  );
}

function Reasons({ blast }: { blast: Blast }) {
  const reasons = Object.entries(blast.balanceSheet?.reasons ?? {})
    .filter(([, customers]) => customers > 0)
    .toSorted(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  return (
    <Card title="Why some were left out">
      <ul className={styles.reasons}>
        {reasons.map(([reason, customers]) => (
          <li key={reason}>
            <Link
              to="/blasts/$blastId"
              params={{ blastId: blast.id }}
              search={{ tab: "deliveries", reason }}
              className={styles.reason}
              title={reasonWords(reason).meaning}
            >
              <span>{reasonWords(reason).label}</span>
              <span className="numeric">{count(customers)}</span>
              <span className={`numeric ${styles.share}`}>
                {percent(customers, blast.balanceSheet?.audience ?? 0)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
