import { parse } from "csv-parse/browser/esm/sync";
import { type Header, readHeader } from "./split-file.ts";

/** The beginning of a CSV file: its columns, and some rows. */
export type FilePreview = {
  header: Header;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
};

/** Encodings that the API reads. */
export const encodings = ["utf-8", "windows-1252", "latin1"] as const;
export type Encoding = (typeof encodings)[number];

const previewRows = 6;
// Enough for a few records of the largest kind that is taken.
const previewBytes = 256 * 1024;
const delimiters = [",", ";", "\t", "|"] as const;

/** Reads the columns and the first rows of a file, as they will be understood. Throws an Error with words for people. */
export async function previewFile(file: Blob, encoding: Encoding): Promise<FilePreview> {
  if (file.size === 0) throw new Error("The file is empty.");
  const header = await readHeader(file);
  const decoder = new TextDecoder(encoding === "latin1" ? "iso-8859-1" : encoding);
  const beginning = decoder.decode(await file.slice(0, previewBytes).arrayBuffer());
  if (beginning.includes("\0"))
    throw new Error("This is no CSV file. In a spreadsheet, save it as CSV first.");
  const delimiter = delimiterOf(decoder.decode(header.bytes));
  const records: unknown = parse(beginning, {
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // The last record may be cut in the middle; those before it are whole.
    to: previewRows + 1,
  });
  const [columns = [], ...rows] = records as string[][];
  if (columns.every((column) => column.trim() === "")) throw new Error("The first line names no columns.");
  return { header, columns: columns.map((column) => column.trim()), rows };
}

/** What stands most often between the header's words. */
function delimiterOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ",";
}
