import { useNavigate } from "@tanstack/react-router";
import { CheckField, SelectField } from "../../../ui/field.tsx";
import { knownQueues, queueWords } from "../queues/queue-words.ts";
import type { ErrorsSearch } from "../search.ts";
import styles from "./error-filters.module.css";
import { deadReasons } from "./reason-words.ts";

/** Which dead letters are shown; the choice is in the address. */
export function ErrorFilters({ search }: { search: ErrorsSearch }) {
  const navigate = useNavigate();
  const go = (change: Partial<Record<keyof ErrorsSearch, string | boolean>>) => {
    const wanted = { ...search, ...change };
    const kept = Object.fromEntries(
      Object.entries(wanted).filter(([, value]) => value !== "" && value !== false),
    );
    void navigate({ to: "/control/errors", search: kept as ErrorsSearch, replace: true });
  };
  return (
    <div className={styles.filters}>
      <SelectField
        label="Queue"
        value={search.queue ?? ""}
        onChange={(event) => go({ queue: event.target.value })}
      >
        <option value="">Every queue</option>
        {knownQueues.map((queue) => (
          <option key={queue} value={queue}>
            {queueWords(queue).label}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Reason"
        value={search.reason ?? ""}
        onChange={(event) => go({ reason: event.target.value })}
      >
        <option value="">Any reason</option>
        {deadReasons.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </SelectField>
      <CheckField
        label="With those put back"
        checked={search.requeued === true}
        onChange={(event) => go({ requeued: event.target.checked })}
      />
    </div>
  );
}
