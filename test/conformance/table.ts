import { allCases, type Verdict } from "./judge.ts";

/** Rows are cases, columns are workers; below it, why each failure is one. A case that was not run has no cell. */
export function table(columns: readonly { name: string; verdicts: readonly Verdict[] }[]): {
  lines: string[];
  failures: number;
} {
  const widest = Math.max(...allCases.map(({ name }) => name.length));
  const width = Math.max(8, ...columns.map(({ name }) => name.length + 2));
  const row = (first: string, cells: readonly string[]) =>
    `${first.padEnd(widest)}${cells.map((cell) => cell.padStart(width)).join("")}`;
  const cell = (verdict: Verdict | undefined) =>
    verdict === undefined ? "" : verdict.failure === undefined ? "ok" : "FAIL";
  const of = (column: (typeof columns)[number], name: string) =>
    column.verdicts.find((each) => each.name === name);
  const failed = columns.flatMap(({ name: worker, verdicts }) =>
    verdicts.flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`FAIL ${worker}, ${name}: ${failure}`],
    ),
  );
  const cases = columns.reduce((sum, { verdicts }) => sum + verdicts.length, 0);
  return {
    failures: failed.length,
    lines: [
      row("", columns.map(({ name }) => name)),
      ...allCases.map(({ name }) => row(name, columns.map((column) => cell(of(column, name))))),
      "",
      ...failed,
      failed.length === 0 ? `conformance: ${cases} of ${cases} kept` : `conformance: ${failed.length} of ${cases} broken`,
    ],
  }; // prettier-ignore
}
