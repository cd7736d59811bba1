import type { Msg } from "@nats-io/transport-node";

// Nats-Batch-* and Nats-Expected-* were orders to the broker at publication, not part of the message.
const publicationHeader = /^Nats-(?:Batch|Expected)-/i;
const lineEnd = "\r\n";

// The library's own reading costs a fifth of all that a mail costs its sender, for a check of names that the broker has made; so the block is
// read here. Where a later library keeps it elsewhere, the library reads it.
type WithBlock = { _msg?: { hdr?: number }; _rdata?: Uint8Array };

/** A message's headers as text, empty when it has none; undefined when the library keeps them elsewhere. */
export function blockOf(msg: Msg): string | undefined {
  const { _msg: place, _rdata: bytes } = msg as unknown as WithBlock;
  if (typeof place?.hdr !== "number" || !(bytes instanceof Uint8Array)) return undefined;
  return place.hdr > 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, place.hdr).toString() : "";
}

/** All headers of a message: of its block, or where there is none, as the library reads them. The first of a name counts. */
export function headersOf(msg: Msg, block: string | undefined): Record<string, string> {
  const record: Record<string, string> = {};
  if (block !== undefined) readBlock(block, record);
  else for (const [name, values] of msg.headers ?? []) keep(record, name, values[0] ?? "");
  return record;
}

// Names that our code asks for, as they begin a line: a handful.
const beginnings = new Map<string, string>();

/** The value of the first header of exactly this name in a block, without reading the others. */
export function headerIn(block: string, name: string): string | undefined {
  let beginning = beginnings.get(name);
  if (beginning === undefined) beginnings.set(name, (beginning = `${lineEnd}${name}:`));
  const at = block.indexOf(beginning);
  if (at < 0) return undefined;
  const from = at + beginning.length;
  const end = block.indexOf(lineEnd, from);
  return block.slice(from, end < 0 ? block.length : end).trim();
}

/** `NATS/1.0`, then lines of `Name: value` (ADR-4 of nats-architecture-and-design). */
function readBlock(block: string, record: Record<string, string>): void {
  for (let from = block.indexOf(lineEnd) + 2; from > 1 && from < block.length;) {
    const end = block.indexOf(lineEnd, from);
    const line = block.slice(from, end < 0 ? block.length : end);
    const colon = line.indexOf(":");
    if (colon > -1) keep(record, line.slice(0, colon), line.slice(colon + 1).trim());
    from = end < 0 ? block.length : end + 2;
  }
}

function keep(record: Record<string, string>, name: string, value: string): void {
  if (!Object.hasOwn(record, name) && !publicationHeader.test(name)) record[name] = value;
}
