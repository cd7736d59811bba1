import { useState } from "react";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import type { WhenChoice } from "./draft.ts";
import { ordinals, readRhythm, type Rhythm, rhythmWords, type Weekday, weekdays } from "./rhythm.ts";
import styles from "./when-card.module.css";

type Recurring = WhenChoice & { kind: "recurring" };

const maxInterval = 52;

/** A rhythm in words, and the same in fields: what is written in one is seen in the other. */
export function RhythmFields({
  when,
  zone,
  onChange,
}: {
  when: Recurring;
  zone: string;
  onChange: (when: Recurring) => void;
}) {
  const { rhythm, localStart } = when;
  const set = (part: Partial<Rhythm>) => onChange({ ...when, rhythm: { ...rhythm, ...part } });
  return (
    <Stack gap={4}>
      <InWords when={when} onChange={onChange} />
      <div className={styles.fields}>
        <TextField
          label="Every"
          type="number"
          min={1}
          max={maxInterval}
          value={rhythm.interval}
          onChange={(event) => set({ interval: within(Number(event.target.value)) })}
        />
        <SelectField
          label="Unit"
          value={rhythm.every}
          onChange={(event) => set({ every: event.target.value as Rhythm["every"] })}
        >
          <option value="day">{rhythm.interval === 1 ? "day" : "days"}</option>
          <option value="week">{rhythm.interval === 1 ? "week" : "weeks"}</option>
          <option value="month">{rhythm.interval === 1 ? "month" : "months"}</option>
        </SelectField>
        {rhythm.every === "month" ? (
          <DayOfMonth rhythm={rhythm} set={set} day={localStart.slice(8, 10)} />
        ) : null}
        <TextField
          label="Until (empty: without an end)"
          type="date"
          value={rhythm.until}
          onChange={(event) => set({ until: event.target.value })}
        />
      </div>
      {rhythm.every === "week" ? (
        <Days chosen={rhythm.weekdays} set={(days) => set({ weekdays: days })} />
      ) : null}
      <p className={styles.sentence} aria-live="polite">
        {rhythmWords(rhythm, localStart, zone)}
      </p>
    </Stack>
  );
}

const within = (value: number): number => Math.max(1, Math.min(maxInterval, Math.trunc(value) || 1));

function InWords({ when, onChange }: { when: Recurring; onChange: (when: Recurring) => void }) {
  const [words, setWords] = useState("");
  const read = readRhythm(words);
  const write = (text: string) => {
    setWords(text);
    const found = readRhythm(text);
    if (found === undefined) return;
    const day = when.localStart.slice(0, 10);
    const localStart = found.time === undefined || day === "" ? when.localStart : `${day}T${found.time}`;
    onChange({ ...when, localStart, rhythm: { ...found.rhythm, until: when.rhythm.until } });
  };
  return (
    <TextField
      label="In words"
      value={words}
      placeholder="every first Monday, 9:00"
      hint={
        words === "" || read !== undefined
          ? "Or choose below."
          : "Not understood yet. Try “every 2 weeks on Tuesday at 14:30”, or choose below."
      }
      onChange={(event) => write(event.target.value)}
    />
  );
}

function DayOfMonth({
  rhythm,
  set,
  day,
}: {
  rhythm: Rhythm;
  set: (part: Partial<Rhythm>) => void;
  day: string;
}) {
  return (
    <>
      <SelectField
        label="On"
        value={String(rhythm.nth)}
        onChange={(event) => set({ nth: Number(event.target.value) as Rhythm["nth"] })}
      >
        <option value="0">day {Number(day) || 1}</option>
        {ordinals.map(({ nth, word }) => (
          <option key={nth} value={nth}>
            the {word}
          </option>
        ))}
      </SelectField>
      {rhythm.nth === 0 ? null : (
        <SelectField
          label="Weekday"
          value={rhythm.weekday}
          onChange={(event) => set({ weekday: event.target.value as Weekday })}
        >
          {weekdays.map(({ key, long }) => (
            <option key={key} value={key}>
              {long}
            </option>
          ))}
        </SelectField>
      )}
    </>
  );
}

function Days({ chosen, set }: { chosen: readonly Weekday[]; set: (days: Weekday[]) => void }) {
  return (
    <fieldset className={styles.days}>
      <legend>On (none: the weekday it begins on)</legend>
      {weekdays.map(({ key, short, long }) => (
        <label key={key} className={styles.day}>
          <input
            type="checkbox"
            aria-label={long}
            checked={chosen.includes(key)}
            onChange={(event) =>
              set(event.target.checked ? [...chosen, key] : chosen.filter((day) => day !== key))
            }
          />
          {short}
        </label>
      ))}
    </fieldset>
  );
}
