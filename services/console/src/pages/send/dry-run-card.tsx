import { Send } from "lucide-react";
import { useState } from "react";
import { count, percent, plural } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { Card, Figure, Figures } from "../../ui/card.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { reasonWords } from "../blasts/reasons.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { type Draft, missingIn } from "./draft.ts";
import styles from "./dry-run-card.module.css";
import type { DryRun } from "./use-dry-run.ts";

/** What sending would do: who gets it, who does not and why, what it costs; and the button. Nothing leaves before the confirmation. */
export function DryRunCard({ draft, dryRun, onSent }: { draft: Draft; dryRun: DryRun; onSent: () => void }) {
  const [asking, setAsking] = useState(false);
  const { answer, error } = dryRun;
  const missing = missingIn(draft);
  const short = answer !== undefined && answer.cost > answer.balance;
  const impossible = answer !== undefined && draft.when.kind === "now" && (answer.eligible === 0 || short);
  const verb = draft.when.kind === "now" ? "Send" : "Schedule";
  const words = draft.when.kind === "now" ? "Send to" : "Schedule for";
  return (
    <Card title="Dry run">
      <Stack gap={4}>
        <div role="status" aria-busy={dryRun.pending}>
          {answer === undefined ? (
            <p className="muted">
              {error === null
                ? "Choose an audience and a template to see who would get the mail, and what it costs."
                : ""}
            </p>
          ) : (
            <Stack gap={4}>
              <div className={styles.figures}>
                <Figures>
                  <Figure
                    label="Would be mailed"
                    value={count(answer.eligible)}
                    hint={`of ${count(answer.audience)}`}
                  />
                  <Figure
                    label="Cost"
                    value={count(answer.cost)}
                    hint={answer.cost === 1n ? "credit" : "credits"}
                  />
                  <Figure
                    label="Balance"
                    value={count(answer.balance)}
                    hint={`${count(max0(answer.balance - answer.cost))} afterwards`}
                  />
                </Figures>
              </div>
              <Skipped skipped={answer.skipped} audience={answer.audience} />
              <Warnings warnings={answer.warnings} />
            </Stack>
          )}
        </div>
        <ErrorNote error={error} />
        <Button
          look="primary"
          icon={<Send size={16} />}
          disabled={missing.length > 0 || answer === undefined || impossible || dryRun.pending}
          onClick={() => setAsking(true)}
        >
          {answer === undefined ? verb : `${words} ${plural(answer.eligible, "customer")}`}
        </Button>
        {missing.length === 0 ? null : (
          <p className="muted">Still needs {missing.join(", ").replace(/, ([^,]*)$/, " and $1")}.</p>
        )}
      </Stack>
      {answer === undefined ? null : (
        <ConfirmDialog
          draft={draft}
          answer={answer}
          open={asking}
          onClose={() => setAsking(false)}
          onSent={onSent}
        />
      )}
    </Card>
  );
}

const max0 = (value: bigint): bigint => (value < 0n ? 0n : value);

function Skipped({ skipped, audience }: { skipped: Record<string, number>; audience: number }) {
  const reasons = Object.entries(skipped).toSorted(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  return (
    <div>
      <h3 className={styles.heading}>Left out</h3>
      <ul>
        {reasons.map(([reason, customers]) => (
          <li key={reason} className={styles.reason} title={reasonWords(reason).meaning}>
            <span>{reasonWords(reason).label}</span>
            <span className="numeric">{count(customers)}</span>
            <span className={`numeric ${styles.share}`}>{percent(customers, audience)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

// More would push the button out of sight; a template's own page says them where they belong.
const maxOpenWarnings = 1;

function Warnings({ warnings }: { warnings: readonly string[] }) {
  const items = warnings.map((warning) => <li key={warning}>{warning}</li>);
  if (items.length === 0) return null;
  return (
    <Notice tone="warn">
      {items.length <= maxOpenWarnings ? (
        <ul>{items}</ul>
      ) : (
        <details>
          <summary className={styles.summary}>{plural(items.length, "thing")} deserve a look</summary>
          <ul className={styles.warnings}>{items}</ul>
        </details>
      )}
    </Notice>
  );
}
