import { useEffect, useId, useRef, useState } from "react";
import type { TemplateWord } from "../fields.ts";
import type { PlacedProblem } from "../problems.ts";
import styles from "./code-editor.module.css";
import type { EditorHandle } from "./code-editor-view.ts";

/** What is written: HTML, plain text, or a subject of one line; all with Handlebars. */
export type CodeKind = "html" | "text" | "subject";

/**
 * An editor for one part of a template. A plain text area is there at once, and stays where the editor cannot be loaded; the editor takes its place
 * with colours, completion, and problems shown where they are.
 */
export function CodeEditor({
  label,
  kind,
  value,
  onChange,
  attributes,
  problems,
  readOnly = false,
}: {
  label: string;
  kind: CodeKind;
  value: string;
  onChange: (value: string) => void;
  /** The customers' attributes, for completion. */
  attributes: readonly TemplateWord[];
  problems: readonly PlacedProblem[];
  readOnly?: boolean;
}) {
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorHandle>(undefined);
  const [ready, setReady] = useState(false);
  const latest = useRef({ value, onChange, attributes, problems });
  latest.current = { value, onChange, attributes, problems };
  useEffect(() => {
    let gone = false;
    import("./code-editor-view.ts").then(
      ({ createEditor }) => {
        if (gone || holder.current === null) return;
        editor.current = createEditor(holder.current, {
          label,
          kind,
          readOnly,
          value: latest.current.value,
          onChange: (text) => latest.current.onChange(text),
          attributes: () => latest.current.attributes,
        });
        editor.current.setProblems(latest.current.problems);
        setReady(true);
      },
      // The text area stays; nothing is lost but comfort.
      () => undefined,
    );
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
      setReady(false);
    };
  }, [label, kind, readOnly]);
  useEffect(() => editor.current?.setValue(value), [value]);
  useEffect(() => editor.current?.setProblems(problems), [problems]);
  return (
    <div className={styles.field}>
      {ready ? (
        <span className={styles.label}>{label}</span>
      ) : (
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
      )}
      {ready ? null : (
        <textarea
          id={id}
          className={`${styles.plain} ${styles[kind]}`}
          rows={kind === "subject" ? 1 : 16}
          spellCheck={false}
          readOnly={readOnly}
          value={value}
          onChange={(event) =>
            onChange(kind === "subject" ? event.target.value.replaceAll("\n", " ") : event.target.value)
          }
        />
      )}
      <div ref={holder} className={`${styles.editor} ${styles[kind]}`} hidden={!ready} />
      <Problems problems={problems} kind={kind} />
    </div>
  );
}

/** The same problems in words, for those who do not see marks in the text. */
function Problems({ problems, kind }: { problems: readonly PlacedProblem[]; kind: CodeKind }) {
  return (
    <ul className={styles.problems} aria-live="polite">
      {problems.map(({ line, column, message, severity }) => (
        <li key={`${line} ${column} ${message}`} className={styles[severity]}>
          <span className="numeric">{kind === "subject" ? "" : `Line ${line}: `}</span>
          {message}
        </li>
      ))}
    </ul>
  );
}
