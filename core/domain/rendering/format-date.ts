/** Used when a template gives no pattern. */
export const DEFAULT_DATE_FORMAT = "d MMMM yyyy";

/** Longest date pattern. 64: the longest useful one has about 40 characters. */
export const MAX_DATE_FORMAT_CHARS = 64;

/** Most remembered formatters; a customer base has a few dozen locales. */
const MAX_FORMATTERS = 200;

const TOKEN = /'([^']*)'|yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|ss|a|[A-Za-z]+/g;
const KNOWN_TOKENS = new Set("yyyy yy MMMM MMM MM M dd d EEEE EEE HH H hh h mm ss a".split(" "));

/** What is wrong with a pattern, or undefined. */
export function dateFormatProblem(format: string): string | undefined {
  if (format.length > MAX_DATE_FORMAT_CHARS)
    return `a date format has at most ${MAX_DATE_FORMAT_CHARS} characters`;
  for (const [token, quoted] of format.matchAll(TOKEN)) {
    if (quoted === undefined && !KNOWN_TOKENS.has(token)) {
      return `"${token}" is no date token; use ${[...KNOWN_TOKENS].join(" ")}, and put plain words in 'single quotes'`;
    }
  }
  return undefined;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions, key: string): Intl.DateTimeFormat {
  const id = `${locale} ${key}`;
  let found = formatters.get(id);
  if (found === undefined) {
    if (formatters.size >= MAX_FORMATTERS) formatters.clear();
    found = makeFormatter(locale, options);
    formatters.set(id, found);
  }
  return found;
}

function makeFormatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const pinned: Intl.DateTimeFormatOptions = { ...options, calendar: "gregory", timeZone: "UTC" };
  try {
    return new Intl.DateTimeFormat(locale, pinned);
  } catch {
    return new Intl.DateTimeFormat("en", pinned); // A customer's locale is data: a wrong one must not stop the mail.
  }
}

const name = (date: Date, locale: string, kind: "month" | "weekday", width: "long" | "short"): string =>
  // The day is asked for too, because many languages inflect a month's name when a day stands beside it.
  formatter(
    locale,
    { day: "numeric", month: width, ...(kind === "weekday" && { weekday: width }) },
    `${kind} ${width}`,
  )
    .formatToParts(date)
    .find((part) => part.type === kind)?.value ?? "";

const two = (value: number): string => String(value).padStart(2, "0");

function tokenText(token: string, when: Temporal.PlainDateTime, locale: string): string {
  const date = new Date(Date.UTC(when.year, when.month - 1, when.day));
  switch (token) {
    case "yyyy":
      return String(when.year).padStart(4, "0");
    case "yy":
      return two(when.year % 100);
    case "MMMM":
      return name(date, locale, "month", "long");
    case "MMM":
      return name(date, locale, "month", "short");
    case "MM":
      return two(when.month);
    case "M":
      return String(when.month);
    case "dd":
      return two(when.day);
    case "d":
      return String(when.day);
    case "EEEE":
      return name(date, locale, "weekday", "long");
    case "EEE":
      return name(date, locale, "weekday", "short");
    case "HH":
      return two(when.hour);
    case "H":
      return String(when.hour);
    case "hh":
      return two(when.hour % 12 || 12);
    case "h":
      return String(when.hour % 12 || 12);
    case "mm":
      return two(when.minute);
    case "ss":
      return two(when.second);
    case "a":
      return when.hour < 12 ? "am" : "pm";
    default:
      return token;
  }
}

/** A date as people write it: 2026-11-22, with a time, with an offset or Z (then shown in `timeZone`), or epoch milliseconds. */
function readDate(value: unknown, timeZone: string): Temporal.PlainDateTime | undefined {
  try {
    if (typeof value === "number") return inZone(Temporal.Instant.fromEpochMilliseconds(value), timeZone);
    if (typeof value !== "string" || value.length > 64) return undefined;
    return /[T ].*(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(value)
      ? inZone(Temporal.Instant.from(value), timeZone)
      : Temporal.PlainDateTime.from(value);
  } catch {
    return undefined;
  }
}

function inZone(instant: Temporal.Instant, timeZone: string): Temporal.PlainDateTime {
  try {
    return instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
  } catch (error) {
    if (timeZone === "UTC") throw error;
    return inZone(instant, "UTC");
  }
}

/** Writes a date by a pattern; what is no date prints nothing. */
export function formatDate(value: unknown, format: string, timeZone: string, locale: string): string {
  const when = readDate(value, timeZone);
  if (when === undefined || format.length > MAX_DATE_FORMAT_CHARS) return "";
  return format.replace(
    TOKEN,
    (token, quoted: string | undefined) => quoted ?? tokenText(token, when, locale),
  );
}
