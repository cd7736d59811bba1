/** How often a recurring blast leaves. */
export type Rhythm = {
  every: "day" | "week" | "month";
  /** Every so many days, weeks or months. */
  interval: number;
  /** Weeks: on these days. */
  weekdays: Weekday[];
  /** Months: on the first, second, third, fourth or last of that weekday; 0 is the day of the month of the start. */
  nth: 0 | 1 | 2 | 3 | 4 | -1;
  weekday: Weekday;
  /** The last day, as 2026-12-31; empty is without an end. */
  until: string;
};

/** Days as RFC 5545 writes them. */
export type Weekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";

/** The days of the week, Monday first. */
export const weekdays: readonly { key: Weekday; short: string; long: string }[] = [
  { key: "MO", short: "Mon", long: "Monday" },
  { key: "TU", short: "Tue", long: "Tuesday" },
  { key: "WE", short: "Wed", long: "Wednesday" },
  { key: "TH", short: "Thu", long: "Thursday" },
  { key: "FR", short: "Fri", long: "Friday" },
  { key: "SA", short: "Sat", long: "Saturday" },
  { key: "SU", short: "Sun", long: "Sunday" },
];

/** Which one of a month, in words. */
export const ordinals: readonly { nth: Rhythm["nth"]; word: string }[] = [
  { nth: 1, word: "first" },
  { nth: 2, word: "second" },
  { nth: 3, word: "third" },
  { nth: 4, word: "fourth" },
  { nth: -1, word: "last" },
];

/** Every first Monday: what a newsletter most often wants. */
export const usualRhythm: Rhythm = {
  every: "month",
  interval: 1,
  weekdays: ["MO"],
  nth: 1,
  weekday: "MO",
  until: "",
};

const frequencies = { day: "DAILY", week: "WEEKLY", month: "MONTHLY" } as const;

/** The rule as RFC 5545 writes it, for example FREQ=MONTHLY;BYDAY=1MO. */
export function rruleOf(rhythm: Rhythm): string {
  const parts = [`FREQ=${frequencies[rhythm.every]}`];
  if (rhythm.interval > 1) parts.push(`INTERVAL=${rhythm.interval}`);
  if (rhythm.every === "week" && rhythm.weekdays.length > 0)
    parts.push(`BYDAY=${inOrder(rhythm.weekdays).join(",")}`);
  if (rhythm.every === "month" && rhythm.nth !== 0) parts.push(`BYDAY=${rhythm.nth}${rhythm.weekday}`);
  if (rhythm.until !== "") parts.push(`UNTIL=${rhythm.until.replaceAll("-", "")}`);
  return parts.join(";");
}

/** The rhythm in words: "Every first Monday, 9:00, Chicago". `localStart` is 2026-12-07T09:00. */
export function rhythmWords(rhythm: Rhythm, localStart: string, timeZone: string): string {
  const [day = "", time = ""] = localStart.split("T");
  const clock = time.slice(0, 5).replace(/^0/, "");
  const until = rhythm.until === "" ? "" : `, until ${dayWords(rhythm.until)}`;
  return `${capital(everyWords(rhythm, day))}, ${clock}, ${placeOf(timeZone)}${until}`;
}

function everyWords(rhythm: Rhythm, startDay: string): string {
  const { every, interval, nth } = rhythm;
  const unit = interval === 1 ? `every ${every}` : `every ${interval} ${every}s`;
  if (every === "week") {
    const days = listed(inOrder(rhythm.weekdays).map(longDay));
    if (days === "") return unit;
    return interval === 1 ? `every ${days}` : `${unit} on ${days}`;
  }
  if (every === "day") return unit;
  const which =
    nth === 0 ? `day ${Number(startDay.slice(8))}` : `${ordinalOf(nth)} ${longDay(rhythm.weekday)}`;
  if (interval === 1) return nth === 0 ? `every month on ${which}` : `every ${which}`;
  return `${unit} on ${nth === 0 ? which : `the ${which}`}`;
}

/**
 * Reads a rhythm from words, such as "every first Monday, 9:00", "every 2 weeks on tue and thu at 14:30", "daily at 8" or "last friday of
 * the month 5pm". Undefined when they say no rhythm. The time is HH:MM, or undefined when none was said.
 */
export function readRhythm(words: string): { rhythm: Rhythm; time: string | undefined } | undefined {
  const text = words.toLowerCase();
  const { time, rest } = takeTime(text);
  const days = weekdays.filter(({ short, long }) =>
    new RegExp(`\\b(${long.toLowerCase()}|${short.toLowerCase()}s?)s?\\b`).test(rest),
  );
  const workdays = /\bweekdays?\b|\bworking days?\b/.test(rest);
  const ordinal = ordinals.find(({ word, nth }) =>
    new RegExp(`\\b(${word}|${nth}(st|nd|rd|th))\\b`).test(rest),
  );
  const interval = intervalIn(rest);
  const base = { ...usualRhythm, interval };
  const found = (rhythm: Rhythm) => ({ rhythm, time });
  if (ordinal !== undefined && days[0] !== undefined)
    return found({ ...base, every: "month", nth: ordinal.nth, weekday: days[0].key });
  if (workdays) return found({ ...base, every: "week", weekdays: ["MO", "TU", "WE", "TH", "FR"] });
  if (days.length > 0) return found({ ...base, every: "week", weekdays: days.map(({ key }) => key) });
  if (/\b(daily|days?)\b/.test(rest)) return found({ ...base, every: "day" });
  if (/\b(weekly|weeks?)\b/.test(rest)) return found({ ...base, every: "week", weekdays: [] });
  if (/\b(monthly|months?)\b/.test(rest)) return found({ ...base, every: "month", nth: 0 });
  return undefined;
}

function intervalIn(text: string): number {
  if (/\b(other|second) (day|week|month)\b/.test(text)) return 2;
  const digits = /\bevery (\d{1,2}) /.exec(text)?.[1];
  return digits === undefined ? 1 : Math.max(1, Number(digits));
}

/** "9:00", "9.30", "5pm", "at 8". What is left may hold other numbers. */
function takeTime(text: string): { time: string | undefined; rest: string } {
  const found =
    /\b(\d{1,2})[:.](\d{2})\s*(am|pm)?\b/.exec(text) ??
    /\b(\d{1,2})()\s*(am|pm)\b/.exec(text) ??
    /\bat (\d{1,2})()()\b/.exec(text);
  if (found === null) return { time: undefined, rest: text };
  const [whole, hours = "0", minutes = "", half = ""] = found;
  const hour = (Number(hours) % (half === "" ? 24 : 12)) + (half === "pm" ? 12 : 0);
  const time = `${String(hour).padStart(2, "0")}:${minutes === "" ? "00" : minutes}`;
  return { time: Number(minutes) > 59 ? undefined : time, rest: text.replace(whole, " ") };
}

const inOrder = (days: readonly Weekday[]): Weekday[] =>
  weekdays.filter(({ key }) => days.includes(key)).map(({ key }) => key);
const longDay = (day: Weekday): string => weekdays.find(({ key }) => key === day)?.long ?? day;
const ordinalOf = (nth: Rhythm["nth"]): string => ordinals.find((one) => one.nth === nth)?.word ?? "";
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const placeOf = (timeZone: string): string => (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function dayWords(day: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeZone: "UTC",
  }).format(new Date(`${day}T12:00:00Z`));
}
