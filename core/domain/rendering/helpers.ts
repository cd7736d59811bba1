import type { HelperOptions } from "handlebars";
import { plainText, printValue, type OutputMode } from "./escape.ts";
import { DEFAULT_DATE_FORMAT, formatDate } from "./format-date.ts";
import { spend, type Meter } from "./meter.ts";

/** What a rendering hands to its helpers: the meter, and the sink that collects segments. */
export type Run = { meter: Meter; sink: string[] };

/** A helper a template may call inside `{{…}}` or `(…)`. */
export type InlineHelper = {
  minParams: number;
  maxParams: number;
  usage: string;
  /** True when the result depends on the customer's locale, so it cannot be shared by a whole blast. */
  perCustomer: boolean;
};

/** All inline helpers by name. Pure: the same arguments give the same text. */
export const INLINE_HELPERS: Readonly<Record<string, InlineHelper>> = {
  lookup: { minParams: 2, maxParams: 2, usage: "{{lookup list key}}", perCustomer: false },
  default: {
    minParams: 2,
    maxParams: 2,
    usage: '{{default customer.first_name "friend"}}',
    perCustomer: false,
  },
  fallback: {
    minParams: 2,
    maxParams: 2,
    usage: '{{fallback customer.first_name "friend"}}',
    perCustomer: false,
  },
  upper: { minParams: 1, maxParams: 1, usage: "{{upper customer.last_name}}", perCustomer: false },
  lower: { minParams: 1, maxParams: 1, usage: "{{lower customer.email}}", perCustomer: false },
  capitalize: { minParams: 1, maxParams: 1, usage: "{{capitalize customer.first_name}}", perCustomer: false },
  urlEncode: { minParams: 1, maxParams: 1, usage: "{{urlEncode customer.email}}", perCustomer: false },
  eq: { minParams: 2, maxParams: 2, usage: '{{#if (eq customer.locale "de")}}', perCustomer: false },
  formatDate: {
    minParams: 1,
    maxParams: 2,
    usage: '{{formatDate customer.attributes.renewal "d MMMM yyyy"}}',
    perCustomer: true,
  },
  formatNumber: {
    minParams: 1,
    maxParams: 2,
    usage: "{{formatNumber customer.attributes.premium 2}}",
    perCustomer: true,
  },
};

/** The blocks a template may open, with the number of their arguments. */
export const BLOCK_HELPERS: ReadonlySet<string> = new Set(["if", "unless", "each", "with"]);

/** The house's own helpers, put in by the compiler; no source can name them, since a leading __ is refused. */
export const OUTPUT_HELPER = "__out";
export const TICK_HELPER = "__tick";
export const SEGMENT_HELPER = "__segment";

const runOf = (options: HelperOptions): Run => options.data.run as Run;

/** Charges for the text a helper reads: one step per KiB, so that huge attributes cannot hide work. */
function input(value: unknown, options: HelperOptions): string {
  const text = plainText(value);
  spend(runOf(options).meter, text.length >> 10, 0);
  return text;
}

const field = (scope: unknown, group: string, key: string): string => {
  const found = (scope as Record<string, Record<string, unknown> | undefined> | undefined)?.[group]?.[key];
  return typeof found === "string" ? found : "";
};

const localeOf = (options: HelperOptions): string =>
  field(options.data.root, "customer", "locale") || field(options.data.root, "agency", "locale") || "en";

const withDefault = (value: unknown, otherwise: unknown): unknown =>
  plainText(value).trim() === "" ? otherwise : value;

/** Most digits after the point that `formatNumber` shows. */
const MAX_DECIMALS = 6;

function formatNumber(value: unknown, decimals: unknown, locale: string): string {
  const number = typeof value === "number" ? value : Number(plainText(value).trim() || Number.NaN);
  if (!Number.isFinite(number)) return "";
  const digits =
    typeof decimals === "number" ? Math.min(MAX_DECIMALS, Math.max(0, Math.trunc(decimals))) : undefined;
  const options =
    digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  try {
    return number.toLocaleString(locale, options);
  } catch {
    return number.toLocaleString("en", options); // A customer's locale is data: a wrong one must not stop the mail.
  }
}

/** encodeURIComponent throws on half a surrogate pair, which is data and must not stop the mail. */
const urlEncode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** What Handlebars calls. The built-in if, unless, each, with and lookup come beside these. */
export const HELPER_FUNCTIONS = {
  default: withDefault,
  fallback: withDefault,
  upper: (value: unknown, options: HelperOptions) => input(value, options).toUpperCase(),
  lower: (value: unknown, options: HelperOptions) => input(value, options).toLowerCase(),
  capitalize: (value: unknown, options: HelperOptions) => {
    const [first = "", ...rest] = input(value, options);
    return first.toUpperCase() + rest.join("");
  },
  urlEncode: (value: unknown, options: HelperOptions) => urlEncode(input(value, options)),
  eq: (left: unknown, right: unknown) =>
    left === right || (left != null && right != null && plainText(left) === plainText(right)),
  formatDate: (value: unknown, ...rest: unknown[]) => {
    const options = rest.at(-1) as HelperOptions;
    const format = rest.length > 1 ? plainText(rest[0]) : DEFAULT_DATE_FORMAT;
    return formatDate(
      value,
      format,
      field(options.data.root, "agency", "time_zone") || "UTC",
      localeOf(options),
    );
  },
  formatNumber: (value: unknown, ...rest: unknown[]) =>
    formatNumber(value, rest.length > 1 ? rest[0] : undefined, localeOf(rest.at(-1) as HelperOptions)),

  [OUTPUT_HELPER]: (mode: OutputMode, value: unknown, options: HelperOptions) => {
    const text = printValue(mode, value);
    spend(runOf(options).meter, 1, text.length);
    return text;
  },
  [TICK_HELPER]: (chars: number, options: HelperOptions) => {
    spend(runOf(options).meter, 1, chars);
    return "";
  },
  [SEGMENT_HELPER](this: unknown, index: number, options: HelperOptions) {
    runOf(options).sink[index] = options.fn(this);
    return "";
  },
};
