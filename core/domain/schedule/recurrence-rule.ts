/** A rule that was read and found to be in the subset we run. `text` is canonical: no prefix, upper case. */
export type ParsedRule =
  | { ok: true; text: string; parts: ReadonlyMap<string, string> }
  | { ok: false; problems: string[] };

/** Longest rule. 512: the longest useful one has about 150 characters. */
const MAX_RULE_CHARS = 512;

/** Most values in one list such as BYMONTHDAY. 62: every day of the month counted from both ends. */
const MAX_LIST_VALUES = 62;

/** Most occurrences and largest step. 10,000: 27 years of days. */
const MAX_COUNT = 10_000;
const MAX_INTERVAL = 1_000;

const FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
const DAY = /^(?:[+-]?\d{1,2})?(?:MO|TU|WE|TH|FR|SA|SU)$/;
const UNTIL = /^\d{8}(?:T\d{6}Z?)?$/;

const whole = (min: number, max: number) => (value: string) =>
  /^\d{1,5}$/.test(value) && Number(value) >= min && Number(value) <= max;
const signed = (max: number) => (value: string) =>
  /^[+-]?\d{1,3}$/.test(value) && Number(value) !== 0 && Math.abs(Number(value)) <= max;

/** What each part may hold (RFC 5545 §3.3.10), one value at a time, and how to say it. */
const PARTS: Readonly<Record<string, { list: boolean; valid: (value: string) => boolean; says: string }>> = {
  FREQ: { list: false, valid: (value) => FREQUENCIES.includes(value), says: FREQUENCIES.join(", ") },
  INTERVAL: { list: false, valid: whole(1, MAX_INTERVAL), says: `a whole number from 1 to ${MAX_INTERVAL}` },
  COUNT: { list: false, valid: whole(1, MAX_COUNT), says: `a whole number from 1 to ${MAX_COUNT}` },
  UNTIL: {
    list: false,
    valid: (value) => UNTIL.test(value),
    says: "20271231, 20271231T090000 (local) or 20271231T150000Z (UTC)",
  },
  BYDAY: { list: true, valid: (value) => DAY.test(value), says: "days such as MO,FR or 1MO or -1FR" },
  BYMONTHDAY: { list: true, valid: signed(31), says: "1 to 31, or -1 to -31 from the month's end" },
  BYMONTH: { list: true, valid: whole(1, 12), says: "1 to 12" },
  BYSETPOS: { list: true, valid: signed(366), says: "1 to 366, or -1 to -366 from the end" },
  WKST: { list: false, valid: (value) => /^(?:MO|TU|WE|TH|FR|SA|SU)$/.test(value), says: "a day such as MO" },
};

/**
 * Reads an RRULE (RFC 5545 §3.3.10) of the subset a blast needs: DAILY to YEARLY, at the time of day of the first start.
 * HOURLY and finer are refused: nobody means to mail all customers every hour, and one slip would.
 */
export function parseRule(rrule: string): ParsedRule {
  if (rrule.length > MAX_RULE_CHARS)
    return { ok: false, problems: [`The rule has ${rrule.length} characters; at most ${MAX_RULE_CHARS}.`] };
  const text = rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "");
  const parts = new Map<string, string>();
  const problems: string[] = [];
  for (const part of text.split(";")) {
    const [name = "", value = ""] = part.split("=", 2);
    const problem = parts.has(name) ? `${name} is given twice; keep one.` : partProblem(name, value);
    if (problem !== undefined) problems.push(problem);
    parts.set(name, value);
  }
  if (problems.length === 0) problems.push(...combinationProblems(parts));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, text, parts };
}

function partProblem(name: string, value: string): string | undefined {
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (part === undefined) {
    if (/^BY(?:HOUR|MINUTE|SECOND)$/.test(name))
      return `${name} is not allowed; the time of day is that of the first start.`;
    return `"${name}" is not allowed in a rule; use ${Object.keys(PARTS).join(", ")}.`;
  }
  if (name === "FREQ" && /^(?:HOUR|MINUTE|SECOND)LY$/.test(value)) {
    return `FREQ=${value} is too often for a blast; use ${FREQUENCIES.join(", ")}.`;
  }
  const values = part.list ? value.split(",") : [value];
  if (values.length > MAX_LIST_VALUES)
    return `${name} has ${values.length} values; at most ${MAX_LIST_VALUES}.`;
  const bad = values.find((one) => !part.valid(one));
  return bad === undefined ? undefined : `${name}=${bad} is not valid; write ${part.says}.`;
}

/** What RFC 5545 forbids in combination. */
function combinationProblems(parts: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const frequency = parts.get("FREQ");
  const byDay = parts.get("BYDAY") ?? "";
  if (frequency === undefined)
    problems.push(`The rule has no FREQ; begin with FREQ= and one of ${FREQUENCIES.join(", ")}.`);
  if (parts.has("COUNT") && parts.has("UNTIL"))
    problems.push("COUNT and UNTIL exclude each other; keep one.");
  if (/\d/.test(byDay) && frequency !== "MONTHLY" && frequency !== "YEARLY") {
    problems.push("Numbered days such as 1MO need FREQ=MONTHLY or FREQ=YEARLY.");
  }
  if (parts.has("BYMONTHDAY") && frequency === "WEEKLY")
    problems.push("BYMONTHDAY does not go with FREQ=WEEKLY; use FREQ=MONTHLY.");
  if (parts.has("BYSETPOS") && !parts.has("BYDAY") && !parts.has("BYMONTHDAY") && !parts.has("BYMONTH")) {
    problems.push("BYSETPOS picks from BYDAY, BYMONTHDAY or BYMONTH; give one of them.");
  }
  return problems;
}
