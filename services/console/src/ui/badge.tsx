import type { ReactNode } from "react";
import styles from "./badge.module.css";

/** How something stands. Colour never says it alone: the word does. */
export type Tone = "neutral" | "good" | "warn" | "bad" | "info" | "accent";

/** A word in a coloured pill; `dot` marks what is live. */
export function Badge({
  tone = "neutral",
  dot = false,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
}) {
  return (
    <span className={`${styles.badge} ${styles[tone]}`}>
      {dot ? <span className={styles.dot} aria-hidden="true" /> : null}
      {children}
    </span>
  );
}
