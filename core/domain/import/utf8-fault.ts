/**
 * Offset of the first byte that cannot stand there in UTF-8 (Unicode 16, table 3-7), or undefined. A character that the end
 * cuts off is no fault.
 */
export function utf8Fault(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const length = sequenceLength(lead);
    if (length === 0) return at;
    for (let next = 1; next < length && at + next < bytes.length; next += 1) {
      if (!mayFollow(lead, next, bytes[at + next]!)) return at;
    }
    at += length;
  }
  return undefined;
}

/** Bytes at the end that begin a character which the end cuts off: 0 to 3. */
export function utf8CutOff(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Only the second byte has bounds that depend on the first: they keep out overlong forms, surrogates and what is past U+10FFFF. */
function mayFollow(lead: number, position: number, byte: number): boolean {
  if (position > 1) return byte >= 0x80 && byte <= 0xbf;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= low && byte <= high;
}
