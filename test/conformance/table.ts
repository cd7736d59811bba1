import { allCases, type Verdict } from "./judge.ts";

/** Rows are cases, columns are workers; below it, why each failure is one. A case that was left out has no cell. */
export function table(columns: readonly { name: string; verdicts: readonly Verdict[] }[]): {
  lines: string[];
  failures: number;
} {
  const widest = Math.max(...allCases.map(({ name }) => name.length));
  const width = Math.max(11, ...columns.map(({ name }) => name.length + 2));
  const row = (first: string, cells: readonly string[]) =>
    `${first.padEnd(widest)}${cells.map((cell) => cell.padStart(width)).join("")}`;
  const all = columns.flatMap(({ verdicts }) => verdicts);
  const failures = all.filter(({ failure }) => failure !== undefined).length;
  const reasons = columns.flatMap(({ name: worker, verdicts }) =>
    verdicts
      .filter(({ failure, tried }) => failure !== undefined && tried)
      .map(({ name, failure }) => `FAIL ${worker}, ${name}: ${failure}`),
  );
  const cells = (name: string) =>
    columns.map(({ verdicts }) => cell(verdicts.find((verdict) => verdict.name === name)));
  const sum =
    failures === 0 ? `${all.length} of ${all.length} kept` : `${failures} of ${all.length} not kept`;
  const head = row(
    "",
    columns.map(({ name }) => name),
  );
  const rows = allCases.map(({ name }) => row(name, cells(name)));
  return { failures, lines: [head, ...rows, "", ...reasons, `conformance: ${sum}`] };
}

function cell(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  if (!verdict.tried) return "not tried";
  return verdict.failure === undefined ? "ok" : "FAIL";
}
