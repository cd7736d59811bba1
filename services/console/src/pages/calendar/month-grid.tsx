import { Link } from "@tanstack/react-router";
import { EntryLink } from "./entry-link.tsx";
import { dayWords } from "./days.ts";
import styles from "./month-grid.module.css";
import type { CalendarSearch } from "./search.ts";
import type { CalendarEntry } from "./use-calendar.ts";

// A cell has room for these; the list has the others.
const maxShown = 4;
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A month as a table of weeks. */
export function MonthGrid({
  month,
  weeks,
  today,
  zone,
  byDay,
  search,
}: {
  month: string;
  weeks: readonly (readonly string[])[];
  today: string;
  zone: string;
  byDay: ReadonlyMap<string, readonly CalendarEntry[]>;
  search: CalendarSearch;
}) {
  return (
    <table className={styles.grid}>
      <caption className="visually-hidden">The month, week by week</caption>
      <thead>
        <tr>
          {weekdays.map((day) => (
            <th key={day} scope="col">
              <span aria-hidden="true">{day.slice(0, 3)}</span>
              <span className="visually-hidden">{day}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => {
              const entries = byDay.get(day) ?? [];
              return (
                <td
                  key={day}
                  className={day.startsWith(month) ? undefined : styles.outside}
                  aria-current={day === today ? "date" : undefined}
                >
                  <time dateTime={day} className={day === today ? styles.today : styles.day}>
                    <span aria-hidden="true">{Number(day.slice(8))}</span>
                    <span className="visually-hidden">{dayWords(day)}</span>
                  </time>
                  <ul className={styles.entries}>
                    {entries.slice(0, maxShown).map((entry) => (
                      <li key={entry.key}>
                        <EntryLink entry={entry} zone={zone} search={search} />
                      </li>
                    ))}
                    {entries.length > maxShown ? (
                      <li>
                        <Link
                          to="/calendar"
                          search={{ ...search, month: day.slice(0, 7), view: "list" }}
                          className={styles.more}
                        >
                          {entries.length - maxShown} more
                        </Link>
                      </li>
                    ) : null}
                  </ul>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
