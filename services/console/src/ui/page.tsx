import { type ReactNode, useEffect } from "react";
import styles from "./page.module.css";

/** A page: its title (also the tab's), a sentence below it, its actions at the right. */
export function Page({
  title,
  lead,
  above,
  actions,
  narrow = false,
  children,
}: {
  title: string;
  lead?: ReactNode;
  /** Where one came from, above the title. */
  above?: ReactNode;
  actions?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Fanfare`;
  }, [title]);
  return (
    <div className={`${styles.page} ${narrow ? styles.narrow : ""}`}>
      <header className={styles.head}>
        <div className={styles.titles}>
          {above === undefined ? null : <div className={styles.above}>{above}</div>}
          <h1 tabIndex={-1} id="page-title">
            {title}
          </h1>
          {lead === undefined ? null : <div className={styles.lead}>{lead}</div>}
        </div>
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Things below each other. */
export function Stack({ gap = 4, children }: { gap?: 2 | 3 | 4 | 5; children: ReactNode }) {
  return (
    <div className={styles.stack} style={{ gap: `var(--space-${gap})` }}>
      {children}
    </div>
  );
}

/** Things beside each other, wrapping. */
export function Row({
  gap = 2,
  between = false,
  children,
}: {
  gap?: 2 | 3 | 4 | 5;
  between?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={`${styles.row} ${between ? styles.between : ""}`} style={{ gap: `var(--space-${gap})` }}>
      {children}
    </div>
  );
}

/** Two columns that become one on small screens; the first is wider. */
export function Split({ children }: { children: ReactNode }) {
  return <div className={styles.split}>{children}</div>;
}
