/** What may stand between two values. */
export type Delimiter = "," | ";" | "\t" | "|";

const delimiters: readonly Delimiter[] = [",", ";", "\t", "|"];

/**
 * The delimiter of a file by its header line: the one that stands there most often outside quotes. A header of one column has
 * none, and is read with commas.
 */
export function detectDelimiter(headerLine: string): Delimiter {
  const unquoted = headerLine.replaceAll(/"[^"]*"/g, "");
  let best: { delimiter: Delimiter; count: number } = { delimiter: ",", count: 0 };
  for (const delimiter of delimiters) {
    const count = unquoted.split(delimiter).length - 1;
    if (count > best.count) best = { delimiter, count };
  }
  return best.delimiter;
}
