import { useMemo } from "react";
import { plural } from "../../../format/numbers.ts";
import styles from "./diff-view.module.css";
import { diffLines, type DiffLine, withContext } from "./line-diff.ts";

const signs = { same: " ", removed: "−", added: "+" };
const aloud = { same: "", removed: "Removed: ", added: "Added: " };

/** What changed in one part of a template, line by line. */
export function DiffView({ title, before, after }: { title: string; before: string; after: string }) {
  const parts = useMemo(() => withContext(diffLines(before, after)), [before, after]);
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {parts.length === 0 ? (
        <p className="muted">No change.</p>
      ) : (
        <div className={styles.diff} tabIndex={0} role="group" aria-label={`Changes of the ${title}`}>
          {parts.map((part, at) =>
            "skipped" in part ? (
              <p key={at} className={styles.skipped}>
                {plural(part.skipped, "line")} unchanged
              </p>
            ) : (
              part.lines.map((line) => <Line key={`${line.oldLine} ${line.newLine}`} line={line} />)
            ),
          )}
        </div>
      )}
    </section>
  );
}

function Line({ line: { kind, text, oldLine, newLine } }: { line: DiffLine }) {
  return (
    <div className={`${styles.line} ${styles[kind]}`}>
      <span className={styles.number} aria-hidden="true">
        {oldLine}
      </span>
      <span className={styles.number} aria-hidden="true">
        {newLine}
      </span>
      <span className={styles.sign} aria-hidden="true">
        {signs[kind]}
      </span>
      <code className={styles.text}>
        <span className="visually-hidden">{aloud[kind]}</span>
        {text}
      </code>
    </div>
  );
}
