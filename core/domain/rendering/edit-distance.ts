/** Longest texts compared. 100: no field name is longer, and the cost is the product of both. */
const MAX_COMPARED_CHARS = 100;

/** Least number of inserted, deleted, replaced or swapped neighbouring characters that turns one text into the other. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, MAX_COMPARED_CHARS);
  const b = right.slice(0, MAX_COMPARED_CHARS);
  let twoAgo: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (twoAgo[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    twoAgo = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
