import Handlebars from "handlebars";
import { CustomMessage } from "./context.ts";

/**
 * Where a value is printed, which decides how it is made harmless:
 * `subject` no control characters; `text` as is; `html` escaped, a custom message with <br>;
 * `attribute` escaped; `url` the start of a link, its scheme checked; `css` only harmless characters.
 */
export type OutputMode = "subject" | "text" | "html" | "attribute" | "url" | "css";

/** Schemes that a link in a mail may have. */
export const SAFE_SCHEME = /^(?:https?|mailto|tel):/i;

/** What a refused link becomes: it leads nowhere and is seen by whoever previews the mail. */
const NEUTRAL_URL = "#";

const HOST_WITHOUT_SCHEME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#].*)?$/i;
// Browsers drop tabs and line breaks inside a URL, so "java\nscript:" is a scheme to them.
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const HARMLESS_CSS = /^[#\w\s.,%+-]*$/;

/** A value as plain text. Missing values and whole objects print nothing: "[object Object]" helps no customer. */
export function plainText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      if (value instanceof CustomMessage) return value.toString();
      return "";
    default:
      return "";
  }
}

/** Removes what could start a new header. Works character by character, so it may be applied to pieces or to the whole. */
export const headerText = (text: string): string =>
  text.replace(CONTROL, (char) => (char === "\n" || char === "\t" ? " " : ""));

/** A link with an allowed scheme as it is, a bare host with https://, anything else neutralised. */
export function safeUrl(text: string): string {
  const url = text.replace(CONTROL, "").trim();
  if (url === "" || SAFE_SCHEME.test(url) || /^[/?#]/.test(url)) return url;
  return HOST_WITHOUT_SCHEME.test(url) ? `https://${url}` : NEUTRAL_URL;
}

/** Makes a value harmless for the place where it is printed. */
export function printValue(mode: OutputMode, value: unknown): string {
  const text = plainText(value);
  switch (mode) {
    case "text":
      return text;
    case "subject":
      return headerText(text);
    case "html": {
      const escaped = Handlebars.Utils.escapeExpression(text);
      return value instanceof CustomMessage ? escaped.replaceAll("\n", "<br>\n") : escaped;
    }
    case "attribute":
      return Handlebars.Utils.escapeExpression(text);
    case "url":
      return Handlebars.Utils.escapeExpression(safeUrl(text));
    case "css":
      return HARMLESS_CSS.test(text) ? text : "";
    default:
      return mode satisfies never;
  }
}
