/** A line of a comparison: in both, only in the older, or only in the newer; with its numbers there, from 1. */
export type DiffLine = {
  kind: "same" | "removed" | "added";
  text: string;
  oldLine?: number;
  newLine?: number;
};

// Beyond so many differences nobody reads line by line; the rest is then shown as taken out and put in.
const maxEdits = 1_500;

/** Compares two texts line by line with the fewest changes (Myers, An O(ND) Difference Algorithm, 1986). */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const middle = middleOf(a.slice(start, endA), b.slice(start, endB));
  const kinds: DiffLine["kind"][] = [
    ...Array.from({ length: start }, () => "same" as const),
    ...middle,
    ...Array.from({ length: a.length - endA }, () => "same" as const),
  ];
  return number(kinds, a, b);
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Which step comes next, from both beginnings to both ends. */
function middleOf(a: readonly string[], b: readonly string[]): DiffLine["kind"][] {
  const trace: Map<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, maxEdits); edits += 1) {
    const next = new Map(reach);
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return stepsBack([...trace, reach], a.length, b.length);
    }
    trace.push(reach);
    reach = next;
  }
  return [...a.map(() => "removed" as const), ...b.map(() => "added" as const)];
}

function stepsBack(trace: readonly Map<number, number>[], endX: number, endY: number): DiffLine["kind"][] {
  const steps: DiffLine["kind"][] = [];
  let [x, y] = [endX, endY];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = trace[edits]!;
    const k = x - y;
    const down = k === -edits || (k !== edits && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (reach.get(fromK) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      steps.push("same");
      x -= 1;
      y -= 1;
    }
    if (edits > 0) steps.push(down ? "added" : "removed");
    [x, y] = [fromX, fromY];
  }
  return steps.toReversed();
}

function number(kinds: readonly DiffLine["kind"][], a: readonly string[], b: readonly string[]): DiffLine[] {
  let [oldAt, newAt] = [0, 0];
  return kinds.map((kind) => {
    if (kind === "removed") return { kind, text: a[oldAt] ?? "", oldLine: (oldAt += 1) };
    if (kind === "added") return { kind, text: b[newAt] ?? "", newLine: (newAt += 1) };
    return { kind, text: b[newAt] ?? "", oldLine: (oldAt += 1), newLine: (newAt += 1) };
  });
}

/** A part of a comparison: lines, or how many unchanged ones are left out. */
export type DiffPart = { lines: readonly DiffLine[] } | { skipped: number };

const contextLines = 3;

/** Leaves out what is unchanged and further than three lines from a change. */
export function withContext(lines: readonly DiffLine[]): DiffPart[] {
  const changed = lines.flatMap(({ kind }, at) => (kind === "same" ? [] : [at]));
  const parts: DiffPart[] = [];
  let next = 0;
  for (let at = 0; at < changed.length;) {
    let last = at;
    while (last + 1 < changed.length && changed[last + 1]! - changed[last]! <= 2 * contextLines + 1)
      last += 1;
    const from = Math.max(next, changed[at]! - contextLines);
    const to = Math.min(lines.length, changed[last]! + contextLines + 1);
    if (from > next) parts.push({ skipped: from - next });
    parts.push({ lines: lines.slice(from, to) });
    next = to;
    at = last + 1;
  }
  if (next < lines.length && changed.length > 0) parts.push({ skipped: lines.length - next });
  return parts;
}
