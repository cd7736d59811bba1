import type { ReactNode } from "react";
import { problemOf } from "../connect/problem.ts";
import { Button } from "./button.tsx";
import styles from "./states.module.css";

/** Nothing here yet: why, and what to do first. */
export function EmptyState({
  title,
  children,
  action,
  icon,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className={styles.state}>
      {icon === undefined ? null : (
        <div className={styles.icon} aria-hidden="true">
          {icon}
        </div>
      )}
      <h2>{title}</h2>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}

const titles = {
  not_found: "This is not here",
  no_permission: "You may not see this",
  signed_out: "You are signed out",
  offline: "No connection",
  refused: "That did not work",
  failed: "Something went wrong",
};

/** What went wrong and how to mend it, with the id that the operator's log knows. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = problemOf(error);
  return (
    <div className={styles.state} role="alert">
      <h2>{titles[problem.kind]}</h2>
      <p>{problem.message}</p>
      {problem.hint === "" ? null : <p>{problem.hint}</p>}
      {retry === undefined || problem.kind === "no_permission" ? null : (
        <Button onClick={retry}>Try again</Button>
      )}
      {problem.requestId === "" ? null : <p className={styles.request}>Request {problem.requestId}</p>}
    </div>
  );
}

/** A line above a form that says why it was refused. */
export function ErrorNote({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const problem = problemOf(error);
  return (
    <p className={styles.note} role="alert">
      {problem.message} {problem.hint}
    </p>
  );
}

/** Grey lines where text will be. */
export function Loading({ lines = 4, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className={styles.loading} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={styles.line} style={{ width: `${92 - ((line * 23) % 41)}%` }} />
      ))}
    </div>
  );
}
