import { Link } from "@tanstack/react-router";
import type { BalanceSheet as Sheet } from "#gen/fanfare/api/v1/blast_pb.js";
import { count, percent } from "../../format/numbers.ts";
import { BalanceBar } from "./balance-bar.tsx";
import styles from "./balance-sheet.module.css";

type Part = { key: string; label: string; value: number; tone: string; hint: string };

/** The balance sheet in figures, each a link to its deliveries, below one bar. Their sum is always the audience. */
export function BalanceSheetFigures({ blastId, sheet }: { blastId: string; sheet: Sheet | undefined }) {
  const of = sheet?.audience ?? 0;
  return (
    <div className={styles.sheet}>
      <BalanceBar sheet={sheet} />
      <ul className={styles.parts}>
        {partsOf(sheet).map((part) => (
          <li key={part.key} className={styles.part}>
            <Link
              to="/blasts/$blastId"
              params={{ blastId }}
              search={{ tab: "deliveries", ...(part.key === "waiting" ? {} : { state: part.key }) }}
              className={styles.link}
              title={part.hint}
            >
              <span className={styles.label}>
                <span className={`${styles.swatch} ${styles[part.tone]}`} aria-hidden="true" />
                {part.label}
              </span>
              <span className={`${styles.value} numeric`}>{count(part.value)}</span>
              <span className={styles.share}>{percent(part.value, of)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function partsOf(sheet: Sheet | undefined): Part[] {
  const waiting = (sheet?.waiting ?? 0) + (sheet?.sending ?? 0);
  const parts: Part[] = [
    {
      key: "accepted",
      label: "Accepted",
      value: sheet?.accepted ?? 0,
      tone: "good",
      hint: "The mail provider has them.",
    },
    {
      key: "skipped",
      label: "Skipped",
      value: sheet?.skipped ?? 0,
      tone: "neutral",
      hint: "We decided not to send them.",
    },
    {
      key: "rejected",
      label: "Rejected",
      value: sheet?.rejected ?? 0,
      tone: "bad",
      hint: "Refused for good.",
    },
    {
      key: "held",
      label: "Held",
      value: sheet?.held ?? 0,
      tone: "warn",
      hint: "Most likely not sent; a person decides.",
    },
    {
      key: "in-doubt",
      label: "In doubt",
      value: sheet?.inDoubt ?? 0,
      tone: "info",
      hint: "The answer was lost; the provider's log is asked.",
    },
    {
      key: "retrying",
      label: "Retrying",
      value: sheet?.retrying ?? 0,
      tone: "empty",
      hint: "Did not get through; tried again later.",
    },
    {
      key: "waiting",
      label: "Waiting",
      value: waiting,
      tone: "empty",
      hint: "Not released yet, on the queue, or on the way.",
    },
  ];
  const always = new Set(["accepted", "skipped", "rejected", "waiting"]);
  return parts.filter((part) => always.has(part.key) || part.value > 0);
}
