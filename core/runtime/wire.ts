/**
 * Protobuf's encoding (https://protobuf.dev/programming-guides/encoding) for the few messages of which there is one for every mail: the library finds
 * its way through the contract for each field, which costs several times the writing. What is written is a *byte string*, a character for each
 * byte, so that a whole message is put together as text and made bytes once: `Buffer.from(text, "latin1")`. Whoever uses this holds its result
 * against the library's in a test.
 */

const lengthDelimited = 2;
const notAscii = /[^\0-\x7f]/;

/** A text; nothing when it is empty, which is what a reader takes a missing one for. */
export function textField(number: number, text: string): string {
  if (text === "") return "";
  return bytesField(number, notAscii.test(text) ? byteString(Buffer.from(text)) : text);
}

/** Bytes, or a message that is written already; also when they are empty, for that a message is there says something. */
export function bytesField(number: number, bytes: string): string {
  return `${varint((number << 3) | lengthDelimited)}${varint(bytes.length)}${bytes}`;
}

/** A whole number from 0 to 2^53 − 1; nothing for 0. */
export function uintField(number: number, value: number): string {
  return value === 0 ? "" : `${varint(number << 3)}${varint(value)}`;
}

/** Bytes as a character for each. */
export function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A whole number from 0 to 2^53 − 1: seven bits a byte, the lowest first; all but the last have the eighth set. */
export function varint(value: number): string {
  let text = "";
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return text + String.fromCharCode(rest);
    text += String.fromCharCode((rest % 0x80) | 0x80);
  }
}
