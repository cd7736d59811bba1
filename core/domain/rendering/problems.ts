/** The three parts of a mail that a template writes. */
export type TemplatePart = "subject" | "html" | "text";

/** All parts, in the order in which they are checked and rendered. */
export const TEMPLATE_PARTS: readonly TemplatePart[] = ["subject", "html", "text"];

/** Something wrong in a template's source: where (1-based), what, and how to mend it. */
export type TemplateProblem = { part: TemplatePart; line: number; column: number; message: string };

/** Most problems reported at once. 50: a person mends a few and tries again. */
export const MAX_PROBLEMS = 50;

type Located = { loc: { start: { line: number; column: number } } };

/** A problem at a syntax node; Handlebars counts columns from 0, people from 1. */
export const problemAt = (part: TemplatePart, node: Located, message: string): TemplateProblem => ({
  part,
  line: node.loc.start.line,
  column: node.loc.start.column + 1,
  message,
});
