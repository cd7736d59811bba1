/** A part of a file that ends with a whole record, and where it stands. */
export type FilePart = {
  /** The header and the records, as the API takes them. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Lines of the file before the part's first record, the header's own left out. */
  linesBefore: number;
  /** Bytes of the file that are behind this part's end. */
  doneBytes: number;
};

/** The header of a file: its bytes with the line end, and how many lines it takes. */
export type Header = { bytes: Uint8Array<ArrayBuffer>; lines: number };

// The API takes 4 MiB. A quarter of it shows progress often, and is a transaction or two each.
const partBytes = 1024 * 1024;
// The API's limit for one record; beyond it a quote never closes, and the API says so.
const maxRecordBytes = 128 * 1024;
const newLine = 10;
const quote = 34;

/** The first record of a file. A header without an end is the whole of what was read. */
export async function readHeader(file: Blob): Promise<Header> {
  const bytes = new Uint8Array(await file.slice(0, maxRecordBytes).arrayBuffer());
  const end = firstRecordEnd(bytes);
  const header = bytes.slice(0, end);
  return { bytes: header, lines: countLines(header) };
}

/**
 * Cuts a CSV file into parts, each with the header before it, so that a file of any size goes up in calls of a bounded size. It is cut only where a
 * record ends: a line break within quotes belongs to a value. Works on bytes, for quotes and line ends are the same in every encoding that is taken.
 * `from` is where to go on, a `doneBytes` of before, with the `linesBefore` of there.
 */
export async function* splitFile(
  file: Blob,
  header: Header,
  from?: { doneBytes: number; linesBefore: number },
): AsyncGenerator<FilePart & { linesAfter: number }> {
  let at = from?.doneBytes ?? header.bytes.length;
  let linesBefore = from?.linesBefore ?? 0;
  while (at < file.size) {
    const read = new Uint8Array(await file.slice(at, at + partBytes).arrayBuffer());
    const last = at + read.length >= file.size;
    const end = last ? read.length : lastRecordEnd(read);
    const records = read.subarray(0, end);
    const bytes = new Uint8Array(header.bytes.length + records.length);
    bytes.set(header.bytes);
    bytes.set(records, header.bytes.length);
    at += records.length;
    const linesAfter = linesBefore + countLines(records);
    yield { bytes, linesBefore, doneBytes: at, linesAfter };
    linesBefore = linesAfter;
  }
}

function firstRecordEnd(bytes: Uint8Array): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === quote) quoted = !quoted;
    else if (bytes[at] === newLine && !quoted) return at + 1;
  }
  return bytes.length;
}

/** Where the last whole record ends. With none, a quote never closes: everything goes, and the API names the line. */
function lastRecordEnd(bytes: Uint8Array): number {
  let quoted = false;
  let end = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === quote) quoted = !quoted;
    else if (bytes[at] === newLine && !quoted) end = at + 1;
  }
  return end === 0 ? bytes.length : end;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === newLine) lines += 1;
  return lines;
}
