import styles from "./progress.module.css";

/** A part of a bar: how much, in which tone, and what it is. */
export type ProgressPart = {
  label: string;
  value: number;
  tone: "good" | "warn" | "bad" | "info" | "neutral";
};

/** One bar of several parts, with its sum below `total`. Those who do not see it hear "3,000 of 5,000". */
export function ProgressBar({
  label,
  parts,
  total,
}: {
  label: string;
  parts: readonly ProgressPart[];
  total: number;
}) {
  const done = parts.reduce((sum, part) => sum + part.value, 0);
  const percent = (value: number) => (total === 0 ? 0 : (value / total) * 100);
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-valuetext={`${done.toLocaleString("en")} of ${total.toLocaleString("en")}`}
    >
      {/* An empty part would still take the gap beside it. */}
      {parts
        .filter(({ value }) => value > 0)
        .map((part) => (
          <span
            key={part.label}
            className={styles[part.tone]}
            style={{ width: `${percent(part.value)}%` }}
            title={`${part.label}: ${part.value.toLocaleString("en")}`}
          />
        ))}
    </div>
  );
}
