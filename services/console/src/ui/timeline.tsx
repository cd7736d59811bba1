import type { ReactNode } from "react";
import type { Tone } from "./badge.tsx";
import styles from "./timeline.module.css";

/** One thing that happened. */
export type TimelineEntry = {
  key: string;
  title: ReactNode;
  time: ReactNode;
  tone?: Tone;
  children?: ReactNode;
};

/** What happened, in order, each with its time. */
export function Timeline({ label, entries }: { label: string; entries: readonly TimelineEntry[] }) {
  return (
    <ol className={styles.line} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.key} className={styles.entry}>
          <span className={`${styles.dot} ${styles[entry.tone ?? "neutral"]}`} aria-hidden="true" />
          <div className={styles.what}>
            <div className={styles.head}>
              <h3>{entry.title}</h3>
              <span className={styles.time}>{entry.time}</span>
            </div>
            {entry.children}
          </div>
        </li>
      ))}
    </ol>
  );
}
