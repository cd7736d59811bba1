import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** A line across the page that wants a look, with what can be done about it at the right. */
export function Notice({
  tone = "info",
  icon,
  actions,
  children,
}: {
  tone?: "info" | "warn" | "bad" | "accent";
  icon?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`}>
      {icon === undefined ? null : (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <div className={styles.words}>{children}</div>
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
