/** A CSV made of what somebody pasted. */
export type Pasted = {
  csv: string;
  /** Lines that hold somebody, at most. */
  rows: number;
};

/**
 * Makes a CSV of pasted text. A first line that names a column "email" is a CSV already; anything else is addresses, one a line or separated
 * by commas, semicolons or spaces, with or without a name before them ("Ann Smith <ann@example.com>").
 */
export function csvOf(text: string): Pasted {
  const trimmed = text.trim();
  const [first = ""] = trimmed.split(/\r?\n/, 1);
  const columns = first.toLowerCase().split(/[,;\t]/);
  if (columns.some((column) => /^"?\s*e-?mail\s*"?$/.test(column)) && !first.includes("@")) {
    const rows = trimmed.split(/\r?\n/).filter((line) => line.trim() !== "").length - 1;
    return { csv: `${trimmed}\n`, rows };
  }
  const addresses = addressesIn(trimmed);
  return { csv: ["email", ...addresses.map(quoted), ""].join("\n"), rows: addresses.length };
}

function addressesIn(text: string): string[] {
  const named = text.replaceAll(/[^<>\n,;]*<([^<>\s]+@[^<>\s]+)>/g, " $1 ");
  // A word without @ is kept: the import says what is wrong with it, by its line.
  return [...new Set(named.split(/[\s,;]+/).filter((word) => word !== ""))];
}

const quoted = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
