const dayMs = 86_400_000;

// One is enough: a page shows one zone.
let known: { zone: string; format: Intl.DateTimeFormat } | undefined;

/** The day of an instant by the clock of a zone, as 2026-11-22. */
export function dayIn(zone: string, atMs: number): string {
  if (known?.zone !== zone)
    known = {
      zone,
      format: new Intl.DateTimeFormat("en-CA", {
        timeZone: zone,
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
      }),
    };
  return known.format.format(atMs);
}

/** The days of whole weeks, Monday first, that hold a month such as 2026-11. */
export function weeksOf(month: string): string[][] {
  const first = Date.parse(`${month}-01T00:00:00Z`);
  // Sunday is 0 in JavaScript and the last day of our weeks.
  const start = first - ((new Date(first).getUTCDay() + 6) % 7) * dayMs;
  const weeks: string[][] = [];
  for (let at = start; weeks.length < 6; at += 7 * dayMs) {
    const week = Array.from({ length: 7 }, (_, day) => new Date(at + day * dayMs).toISOString().slice(0, 10));
    if (weeks.length > 0 && !week[0]?.startsWith(month)) break;
    weeks.push(week);
  }
  return weeks;
}

/** A span that surely holds these days in every zone of the world, in milliseconds since 1970. */
export function spanOf(weeks: readonly (readonly string[])[]): { fromMs: number; untilMs: number } {
  const first = weeks[0]?.[0] ?? "1970-01-01";
  const last = weeks.at(-1)?.at(-1) ?? first;
  return {
    fromMs: Date.parse(`${first}T00:00:00Z`) - dayMs,
    untilMs: Date.parse(`${last}T00:00:00Z`) + 2 * dayMs,
  };
}

/** The month so many months later, as 2026-12. */
export function monthAfter(month: string, by: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
}

/** "November 2026". */
export function monthWords(month: string): string {
  return new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(
    Date.parse(`${month}-01T00:00:00Z`),
  );
}

/** "Monday, 23 November". */
export function dayWords(day: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(Date.parse(`${day}T00:00:00Z`));
}
