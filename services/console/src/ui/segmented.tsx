import { type ReactNode, useId } from "react";
import styles from "./segmented.module.css";

/** One of the choices. `hint` is a sentence below its word, for `ChoiceCards` only. */
export type Choice<K extends string> = {
  key: K;
  label: string;
  hint?: ReactNode;
  icon?: ReactNode;
  disabled?: boolean;
};

type Props<K extends string> = {
  label: string;
  choices: readonly Choice<K>[];
  value: K;
  onChange: (key: K) => void;
  hideLabel?: boolean;
};

/** One of a few short words, side by side: radio buttons underneath, so arrows work. */
export function Segmented<K extends string>({ label, choices, value, onChange, hideLabel = true }: Props<K>) {
  const name = useId();
  return (
    <fieldset className={styles.set}>
      <legend className={hideLabel ? "visually-hidden" : styles.legend}>{label}</legend>
      <div className={styles.segments}>
        {choices.map((choice) => (
          <label key={choice.key} className={styles.segment}>
            <input
              type="radio"
              name={name}
              className={styles.radio}
              checked={choice.key === value}
              disabled={choice.disabled}
              onChange={() => onChange(choice.key)}
            />
            {choice.icon}
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** One of a few, each with a sentence that says what it means. */
export function ChoiceCards<K extends string>({
  label,
  choices,
  value,
  onChange,
  hideLabel = false,
}: Props<K>) {
  const name = useId();
  return (
    <fieldset className={styles.set}>
      <legend className={hideLabel ? "visually-hidden" : styles.legend}>{label}</legend>
      <div className={styles.cards}>
        {choices.map((choice) => (
          <label key={choice.key} className={styles.card}>
            <input
              type="radio"
              name={name}
              className={styles.dot}
              checked={choice.key === value}
              disabled={choice.disabled}
              aria-describedby={choice.hint === undefined ? undefined : `${name}-${choice.key}`}
              onChange={() => onChange(choice.key)}
            />
            <span className={styles.words}>
              <span className={styles.word}>
                {choice.icon}
                {choice.label}
              </span>
              {choice.hint === undefined ? null : (
                <span id={`${name}-${choice.key}`} className={styles.hint}>
                  {choice.hint}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
