import { pipeline, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { CsvError, parse } from "csv-parse";
import { createDecoder, type Decoded } from "#core/domain/import/decoder.ts";
import { detectDelimiter } from "#core/domain/import/delimiter.ts";
import { MAX_RECORD_BYTES } from "#core/domain/import/limits.ts";
import { ImportRefused } from "./import-refused.ts";

/** One row of the file, the header included, and the line on which it begins. */
export type CsvRecord = { line: number; cells: string[] };

// Parsing a piece takes about 2 ms, so other calls of this process do not wait for a large chunk.
const pieceBytes = 64 * 1024;
const newline = 0x0a;

/**
 * Reads the rows of a CSV file of any size, holding a few pieces of it at a time. Values may be quoted and hold line breaks; stray
 * quotes are taken as they are. Throws `ImportRefused`.
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<CsvRecord> {
  const pieces = decodedPieces(chunks, encoding);
  const head = await readHead(pieces);
  const parser = parse({
    delimiter: detectDelimiter(firstLine(head)),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    // The types know only records that stay what they are.
    on_record: ((cells: string[], { lines }: { lines: number }) => ({ lines, cells })) as never,
  });
  const source = Readable.from(prepend(head, pieces), { objectMode: true, highWaterMark: 1 });
  // Iterating over the parser throws what the pipeline fails with, so its own report is not needed.
  pipeline(source, parser, () => {});
  let lastLine = 0;
  try {
    for await (const { lines, cells } of parser as AsyncIterable<{ lines: number; cells: string[] }>) {
      yield { line: lines - lineBreaks(cells), cells };
      lastLine = lines;
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error, lastLine + 1) : error;
  }
}

async function* decodedPieces(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array> {
  const made = createDecoder(encoding);
  if (!made.ok) throw new ImportRefused(made.problem);
  const checked = (decoded: Decoded): Uint8Array => {
    if (!decoded.ok) throw new ImportRefused(decoded.problem);
    return decoded.bytes;
  };
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const bytes = checked(made.decoder.push(chunk.subarray(at, at + pieceBytes)));
      if (bytes.length > 0) yield bytes;
      await setImmediate();
    }
  }
  const rest = checked(made.decoder.end());
  if (rest.length > 0) yield rest;
}

/** The beginning of the file up to its first line break, at most one record long: the delimiter is found there. */
async function readHead(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < MAX_RECORD_BYTES && !head.includes(newline)) {
    const next = await pieces.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

function firstLine(head: Uint8Array): string {
  return (
    Buffer.from(head)
      .toString("utf8")
      .split(/\r?\n|\r/, 1)[0] ?? ""
  );
}

async function* prepend(head: Uint8Array, pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* pieces;
}

/** Line breaks inside of values: the row began that many lines before its end. */
function lineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count += 1;
  }
  return count;
}

function unreadable(error: CsvError, line: number): ImportRefused {
  const unclosed = error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE";
  return new ImportRefused({
    reason: "unreadable_csv",
    message: unclosed
      ? `The row that begins on line ${line} does not end within ${MAX_RECORD_BYTES / 1024} KiB or before the file does.`
      : `The row that begins on line ${line} cannot be read: ${error.message}.`,
    hint: 'Look there for a double quote (") that is opened and never closed.',
  });
}
