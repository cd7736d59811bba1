import { Card } from "../../ui/card.tsx";
import { Badge } from "../../ui/badge.tsx";
import { EntryLink } from "./entry-link.tsx";
import { dayWords } from "./days.ts";
import styles from "./day-list.module.css";
import type { CalendarSearch } from "./search.ts";
import type { CalendarEntry } from "./use-calendar.ts";

/** The days on which something is, in order. */
export function DayList({
  days,
  today,
  zone,
  byDay,
  search,
}: {
  days: readonly string[];
  today: string;
  zone: string;
  byDay: ReadonlyMap<string, readonly CalendarEntry[]>;
  search: CalendarSearch;
}) {
  return (
    <Card>
      <ol className={styles.days}>
        {days
          .filter((day) => byDay.has(day))
          .map((day) => (
            <li key={day} className={styles.day}>
              <h3>
                <time dateTime={day}>{dayWords(day)}</time>{" "}
                {day === today ? <Badge tone="accent">Today</Badge> : null}
              </h3>
              <ul className={styles.entries}>
                {byDay.get(day)?.map((entry) => (
                  <li key={entry.key}>
                    <EntryLink entry={entry} zone={zone} search={search} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
      </ol>
    </Card>
  );
}
