/**
 * Whole numbers as the text of an `int[]`. The client would quote and escape each one, and PostgreSQL undo it: five times the work on both
 * sides, for each delivery.
 */
export function intArray(numbers: readonly number[]): string {
  return `{${numbers.join(",")}}`;
}
