import { Link } from "@tanstack/react-router";
import { CalendarClock } from "lucide-react";
import styles from "./entry-link.module.css";
import type { CalendarSearch } from "./search.ts";
import type { CalendarEntry } from "./use-calendar.ts";

/** One thing on a day: a blast leads to its page, what is to come opens its schedule. */
export function EntryLink({
  entry,
  zone,
  search,
}: {
  entry: CalendarEntry;
  zone: string;
  search: CalendarSearch;
}) {
  const time = <span className={styles.time}>{timeIn(zone, entry.atMs)}</span>;
  if (entry.kind === "blast")
    return (
      <Link
        to="/blasts/$blastId"
        params={{ blastId: entry.blast.id }}
        className={`${styles.entry} ${styles.past}`}
        title={`${entry.blast.name}: left`}
      >
        {time}
        <span className={styles.name}>{entry.blast.name}</span>
      </Link>
    );
  return (
    <Link
      to="/calendar"
      search={{ ...search, schedule: entry.schedule.id }}
      resetScroll={false}
      className={`${styles.entry} ${styles.coming}`}
      title={`${entry.schedule.name}: will leave`}
    >
      <CalendarClock size={13} aria-label="To come" className={styles.icon} />
      {time}
      <span className={styles.name}>{entry.schedule.name}</span>
    </Link>
  );
}

const timeIn = (timeZone: string, atMs: number): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(atMs);
