const days: Record<string, string> = {
  MO: "Monday",
  TU: "Tuesday",
  WE: "Wednesday",
  TH: "Thursday",
  FR: "Friday",
  SA: "Saturday",
  SU: "Sunday",
};
const units: Record<string, string> = { DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" };
const places: Record<string, string> = { 1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth" };
// What the words below can say; a rule with anything else is shown as it is.
const sayable = new Set(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"]);

/** When a schedule fires, in words: "Every first Monday at 09:00, Chicago". `localStart` is 2026-12-07T09:00, an empty rule is once. */
export function scheduleWords(schedule: { localStart: string; rrule: string; timeZone: string }): string {
  const [day = "", time = ""] = schedule.localStart.split("T");
  const clock = `at ${time.slice(0, 5)}, ${(schedule.timeZone.split("/").at(-1) ?? "").replaceAll("_", " ")}`;
  if (schedule.rrule === "") return `Once, on ${dayWords(day)} ${clock}`;
  const words = ruleWords(schedule.rrule, day);
  return words === undefined
    ? `By the rule ${schedule.rrule}, ${clock}`
    : `${words.every} ${clock}${words.end}`;
}

function ruleWords(rrule: string, startDay: string): { every: string; end: string } | undefined {
  const parts = new Map(
    rrule
      .replace(/^RRULE:/, "")
      .split(";")
      .map((part) => part.split("=", 2) as [string, string]),
  );
  const unit = units[parts.get("FREQ") ?? ""];
  if (unit === undefined || [...parts.keys()].some((key) => !sayable.has(key))) return undefined;
  const when = whenWords(unit, parts, startDay);
  if (when === undefined) return undefined;
  return { every: everyWords(unit, Number(parts.get("INTERVAL") ?? 1), when), end: endWords(parts) };
}

/** Which days within the unit; undefined when the words for it are missing, empty when the unit says it all. */
function whenWords(unit: string, parts: ReadonlyMap<string, string>, startDay: string): string | undefined {
  const named = parts.get("BYDAY")?.split(",").map(dayOf);
  if (named?.includes(undefined)) return undefined;
  const monthDays = parts.get("BYMONTHDAY");
  if (named !== undefined) return monthDays === undefined ? listed(named as string[]) : undefined;
  if (monthDays !== undefined)
    return /^[\d,]+$/.test(monthDays) ? `day ${listed(monthDays.split(","))}` : undefined;
  if (unit === "month") return `day ${Number(startDay.slice(8))}`;
  return unit === "year" ? dayWords(startDay).replace(/ \d{4}$/, "") : "";
}

function everyWords(unit: string, interval: number, when: string): string {
  if (interval > 1) return `Every ${interval} ${unit}s${when === "" ? "" : ` on ${when}`}`;
  if (when === "") return `Every ${unit}`;
  const saysItAll = unit === "week" || unit === "day" || (unit === "month" && !when.startsWith("day"));
  return saysItAll ? `Every ${when}` : `Every ${unit} on ${when}`;
}

function endWords(parts: ReadonlyMap<string, string>): string {
  const until = parts.get("UNTIL");
  const times = parts.get("COUNT");
  if (until !== undefined)
    return `, until ${dayWords(`${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`)}`;
  return times === undefined ? "" : `, ${times} times`;
}

/** "1MO" is "first Monday", "-1FR" is "last Friday". */
function dayOf(code: string): string | undefined {
  const [, place = "", day = ""] = /^([+-]?\d*)([A-Z]{2})$/.exec(code) ?? [];
  const name = days[day];
  if (name === undefined || place === "") return name;
  const word = place === "-1" ? "last" : places[place.replace("+", "")];
  return word === undefined ? undefined : `${word} ${name}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function dayWords(day: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" }).format(date);
}
