import { SAFE_SCHEME } from "./escape.ts";
import { EXPRESSION } from "./html-place.ts";

/** Attributes that hold a link. */
const LINK_ATTRIBUTES = new Set([
  "href",
  "src",
  "srcset",
  "action",
  "formaction",
  "background",
  "poster",
  "cite",
  "longdesc",
  "data",
  "ping",
  "xlink:href",
]);

export const isLinkAttribute = (name: string): boolean => LINK_ATTRIBUTES.has(name);

/**
 * What a value means at this point of a link: `start` it may choose the scheme, so it must be checked; `rest` the scheme
 * is settled; otherwise a sentence on why no value may stand here.
 */
export function linkPlace(written: string): "start" | "rest" | { problem: string } {
  const before = written.trimStart();
  if (before === "") return "start";
  if (before.startsWith(EXPRESSION)) return afterExpression(before.slice(1));
  const head = /^[^/?#:]*/.exec(before)?.[0] ?? "";
  const delimiter = before[head.length];
  if (head.includes("&")) return { problem: "Write this link's scheme without &-codes, such as https://." };
  if (delimiter === undefined || head.includes(EXPRESSION)) {
    return {
      problem:
        "A value may not complete a link's scheme or host name; write the link's beginning in full, such as https://example.com/.",
    };
  }
  if (delimiter === ":" && !SAFE_SCHEME.test(before) && !/^cid:/i.test(before)) {
    return { problem: `Links with "${head}:" are not allowed; use https:, http:, mailto: or tel:.` };
  }
  return "rest";
}

/** A value may turn out empty, so what follows it could be read as a scheme: some fixed delimiter must come first. */
const afterExpression = (written: string): "rest" | { problem: string } =>
  /^[^a-z\s\uffff&]/i.test(written) || /^[^\uffff&]*[/?#:]/.test(written)
    ? "rest"
    : {
        problem:
          "Two values stand side by side at the start of a link; put a / between them, or one value in the link.",
      };

/** Joins what two branches wrote into the same link. */
export function joinWritten(left: string, right: string): string {
  if (left === right) return left;
  const settled = linkPlace(left) === "rest" && linkPlace(right) === "rest";
  return settled ? left : EXPRESSION;
}
