/** A moment as people in a time zone write it, to the second: 2026-12-24T09:00:00. */
export function localTime(atMs: number, timeZone: string): string {
  // Sweden writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return format.format(atMs).replace(" ", "T");
}
