import { problemOf } from "../../connect/problem.ts";

/** The parts of a mail that a template writes. */
export type Part = "subject" | "html" | "text";

/** Something about a place in a template; line and column from 1. */
export type PlacedProblem = {
  part: Part;
  line: number;
  column: number;
  message: string;
  severity: "error" | "warning";
};

const place = /(subject|html|text), line (\d+), column (\d+): /g;

/** Reads the places out of the API's sentences: "html, line 2, column 5: …", any number of them. */
export function placesIn(text: string, severity: PlacedProblem["severity"]): PlacedProblem[] {
  const found = [...text.matchAll(place)];
  return found.map((match, at) => ({
    part: match[1] as Part,
    line: Number(match[2]),
    column: Number(match[3]),
    message: text.slice(match.index + match[0].length, found[at + 1]?.index ?? text.length).trim(),
    severity,
  }));
}

/** What is wrong with a template: what has a place, and what has none. */
export function problemsOf(
  error: unknown,
  warnings: readonly string[],
): { placed: PlacedProblem[]; general: string } {
  const problem = error === null || error === undefined ? undefined : problemOf(error);
  const errors = problem === undefined ? [] : placesIn(problem.message, "error");
  const general =
    problem === undefined || errors.length > 0 ? "" : `${problem.message} ${problem.hint}`.trim();
  return { placed: [...errors, ...warnings.flatMap((warning) => placesIn(warning, "warning"))], general };
}
