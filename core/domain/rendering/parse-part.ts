import Handlebars from "handlebars";
import type { TemplateLimits } from "./limits.ts";
import { roughNesting } from "./nesting.ts";
import type { TemplatePart, TemplateProblem } from "./problems.ts";

/** Deepest source that the parser is given. 200: read in milliseconds, and far above every limit on the tree. */
const MAX_PARSED_NESTING = 200;

const TOO_DEEP = "The template is nested too deeply to be read; nest fewer blocks and helper calls.";

type Parsed = { ok: true; program: hbs.AST.Program } | { ok: false; problems: TemplateProblem[] };

const fail = (part: TemplatePart, line: number, column: number, message: string): Parsed => ({
  ok: false,
  problems: [{ part, line, column, message }],
});

/** Line and column (1-based) of an offset in a source. */
function position(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/**
 * Reads one part into a syntax tree. Only strings: Handlebars would take a ready-made tree from a caller as it is
 * and compile it to code, which is an old way to run one's own program on someone else's machine.
 */
export function parsePart(part: TemplatePart, source: unknown, limits: TemplateLimits): Parsed {
  if (typeof source !== "string") {
    return fail(part, 1, 1, `The ${part} must be a string, not ${source === null ? "null" : typeof source}.`);
  }
  const maxChars = part === "subject" ? limits.maxSubjectSourceChars : limits.maxBodySourceChars;
  if (source.length > maxChars) {
    return fail(
      part,
      1,
      1,
      `The ${part} has ${source.length} characters; at most ${maxChars} are allowed. Shorten it.`,
    );
  }
  // A raw block looks like any other block once it is parsed, so it is found in the source.
  const raw = source.indexOf("{{{{");
  if (raw >= 0) {
    const { line, column } = position(source, raw);
    return fail(part, line, column, "Raw blocks {{{{…}}}} are not allowed; write \\{{ for literal braces.");
  }
  if (roughNesting(source) > MAX_PARSED_NESTING) return fail(part, 1, 1, TOO_DEEP);
  try {
    return { ok: true, program: Handlebars.parse(source) };
  } catch (error) {
    return parseFailure(part, error);
  }
}

/** Handlebars reports syntax errors in two shapes, and a nest too deep for its visitor as a stack overflow. */
function parseFailure(part: TemplatePart, error: unknown): Parsed {
  if (error instanceof RangeError) {
    return fail(part, 1, 1, TOO_DEEP);
  }
  const { message, lineNumber, column, hash } = error as {
    message: string;
    lineNumber?: number;
    column?: number;
    hash?: { loc?: { first_line: number; first_column: number } };
  };
  const [firstLine = "", ...rest] = message.split("\n");
  const line = lineNumber ?? hash?.loc?.first_line ?? Number(/line (\d+)/.exec(firstLine)?.[1] ?? 1);
  const detail = rest.length > 0 ? explain(rest) : `${firstLine.replace(/ - \d+:\d+$/, "")}.`;
  return fail(part, line, (column ?? hash?.loc?.first_column ?? 0) + 1, detail);
}

/** Longest quotation from the source in a message. 80: one line of a console. */
const MAX_QUOTE_CHARS = 80;

function explain(lines: readonly string[]): string {
  const near = (lines[0] ?? "").trim().slice(0, MAX_QUOTE_CHARS);
  const got = /got '(\w+)'/.exec(lines.at(-1) ?? "")?.[1];
  if (got === "EOF")
    return `A block or {{ is not closed, near "${near}"; close every {{#if}} with {{/if}} and every {{ with }}.`;
  return `The expression near "${near}" is no valid Handlebars; check its braces, quotes and closing tags.`;
}
