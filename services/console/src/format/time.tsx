import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { useSession } from "../app/session.ts";

/** A moment in the agency's zone; the tooltip and machines get the exact one. `style` "day" leaves the time out. */
export function Time({
  at,
  style = "minute",
}: {
  at: Timestamp | undefined;
  style?: "minute" | "second" | "day";
}) {
  const zone = useZone();
  if (at === undefined) return <span className="muted">–</span>;
  const date = timestampDate(at);
  return (
    <time
      dateTime={date.toISOString()}
      title={`${date.toISOString()} (shown in ${zone})`}
      className="numeric"
    >
      {formatTime(date, zone, style)}
    </time>
  );
}

/** The agency's time zone; an operator without an agency sees the browser's. */
export function useZone(): string {
  const { agency } = useSession();
  return agency?.settings?.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// A formatter takes longer to make than a row of a table to draw. As many as there are styles and zones that one person sees.
const maxFormatters = 12;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** "22 Nov 2026, 16:05" in that zone. */
export function formatTime(
  date: Date,
  timeZone: string,
  style: "minute" | "second" | "day" = "minute",
): string {
  const key = `${style} ${timeZone}`;
  const known = formatters.get(key);
  if (known !== undefined) return known.format(date);
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    ...(style === "day" ? {} : { hour: "2-digit", minute: "2-digit" }),
    ...(style === "second" ? { second: "2-digit" } : {}),
  });
  if (formatters.size >= maxFormatters) formatters.clear();
  formatters.set(key, made);
  return made.format(date);
}
