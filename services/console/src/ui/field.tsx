import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import styles from "./field.module.css";

type Labelled = { label: string; hint?: ReactNode; error?: string | undefined; hideLabel?: boolean };
type Wiring = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

/** A label, a control, a hint below it, and what is wrong with it. `children` gets the ids to wire. */
export function Field({
  label,
  hint,
  error,
  hideLabel = false,
  children,
}: Labelled & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : styles.label}>
        {label}
      </label>
      {children({
        id,
        ...(described === undefined ? {} : { "aria-describedby": described }),
        ...(error ? { "aria-invalid": true as const } : {}),
      })}
      {error ? (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** One line of text. */
export function TextField({
  label,
  hint,
  error,
  hideLabel,
  ...input
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field {...labelled(label, hint, error, hideLabel)}>
      {(wiring) => <input {...input} {...wiring} className={styles.control} />}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  ...input
}: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field {...labelled(label, hint, error, hideLabel)}>
      {(wiring) => <textarea rows={4} {...input} {...wiring} className={styles.area} />}
    </Field>
  );
}

/** One of a few. `children` are `<option>`s. */
export function SelectField({
  label,
  hint,
  error,
  hideLabel,
  children,
  ...select
}: Labelled & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field {...labelled(label, hint, error, hideLabel)}>
      {(wiring) => (
        <select {...select} {...wiring} className={styles.control}>
          {children}
        </select>
      )}
    </Field>
  );
}

/** On or off, with a sentence. */
export function CheckField({
  label,
  hint,
  ...input
}: { label: string; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={styles.check}>
      <input {...input} id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint ? (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function labelled(
  label: string,
  hint: ReactNode,
  error: string | undefined,
  hideLabel: boolean | undefined,
): Labelled {
  return { label, hint, error, hideLabel: hideLabel ?? false };
}
