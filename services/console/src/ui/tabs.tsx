import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import styles from "./tabs.module.css";

/** One tab: its key (also in the address), its word, and how many things are behind it. */
export type Tab<K extends string> = { key: K; label: string; count?: number };

/**
 * Tabs by the pattern of the ARIA guide: one stop for the Tab key, arrows, Home and End move and choose. The page keeps the chosen
 * key in a search parameter, so that a link opens the same tab.
 */
export function Tabs<K extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: {
  label: string;
  tabs: readonly Tab<K>[];
  value: K;
  onChange: (key: K) => void;
  /** What the chosen tab shows. */
  children: ReactNode;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const to = destination(
      event.key,
      tabs.findIndex((tab) => tab.key === value),
      tabs.length,
    );
    const next = to === undefined ? undefined : tabs[to];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next.key);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to ?? 0]?.focus();
  };
  return (
    <div className={styles.tabs}>
      <div ref={list} role="tablist" aria-label={label} className={styles.list} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab.key === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === value ? 0 : -1}
            className={styles.tab}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
            {tab.count === undefined ? null : (
              <span className={styles.count}>{tab.count.toLocaleString("en")}</span>
            )}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className={styles.panel}>
        {children}
      </div>
    </div>
  );
}

function destination(key: string, now: number, tabs: number): number | undefined {
  if (key === "ArrowRight") return (now + 1) % tabs;
  if (key === "ArrowLeft") return (now - 1 + tabs) % tabs;
  if (key === "Home") return 0;
  if (key === "End") return tabs - 1;
  return undefined;
}
