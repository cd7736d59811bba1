import { isUtf8 } from "node:buffer";
import type { FileProblem } from "./file-problem.ts";
import { utf8CutOff, utf8Fault } from "./utf8-fault.ts";

/** Turns the bytes of a file into UTF-8, chunk by chunk, holding back at most three bytes. */
export type Decoder = {
  push(chunk: Uint8Array): Decoded;
  /** After the last chunk. */
  end(): Decoded;
};

export type Decoded = { ok: true; bytes: Uint8Array } | { ok: false; problem: FileProblem };

const utf8Names = new Set(["", "utf-8", "utf8"]);
// Files that say latin1 hold Windows' euro and quotes all the same, so both read as windows-1252 (https://encoding.spec.whatwg.org).
const latinNames = new Set(["latin1", "latin-1", "iso-8859-1", "iso-8859-15", "windows-1252", "cp1252"]);
const byteOrderMark = [0xef, 0xbb, 0xbf];
const newline = 0x0a;

/** A decoder for an encoding as people name it. */
export function createDecoder(
  encoding: string,
): { ok: true; decoder: Decoder } | { ok: false; problem: FileProblem } {
  const name = encoding.trim().toLowerCase();
  if (utf8Names.has(name)) return { ok: true, decoder: utf8Decoder() };
  if (latinNames.has(name)) return { ok: true, decoder: latinDecoder() };
  return {
    ok: false,
    problem: {
      reason: "unknown_encoding",
      message: `The encoding "${encoding}" is not known.`,
      hint: "Use utf-8, latin1 or windows-1252, or save the file as UTF-8.",
    },
  };
}

function latinDecoder(): Decoder {
  const decoder = new TextDecoder("windows-1252");
  return {
    push: (chunk) => ({ ok: true, bytes: Buffer.from(decoder.decode(chunk, { stream: true })) }),
    end: () => ({ ok: true, bytes: Buffer.from(decoder.decode()) }),
  };
}

function utf8Decoder(): Decoder {
  let kept: Uint8Array = new Uint8Array();
  let line = 1;
  let atStart = true;

  function take(chunk: Uint8Array, isLast: boolean): Decoded {
    let bytes: Uint8Array = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    if (atStart && bytes.length < byteOrderMark.length && !isLast) {
      kept = bytes;
      return { ok: true, bytes: new Uint8Array() };
    }
    if (atStart) {
      if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
        return utf16();
      if (byteOrderMark.every((byte, index) => bytes[index] === byte)) bytes = bytes.subarray(3);
      atStart = false;
    }
    const cutOff = utf8CutOff(bytes);
    const whole = bytes.subarray(0, bytes.length - cutOff);
    // isUtf8 is native and tells only whether; where, costs a walk that nearly no file needs.
    const fault = isUtf8(whole) ? (isLast && cutOff > 0 ? whole.length : undefined) : utf8Fault(bytes);
    if (fault !== undefined) return notUtf8(line + newlines(bytes.subarray(0, fault)), bytes[fault]!);
    // The rest is copied, so that a caller may use the chunk's memory again.
    kept = bytes.slice(bytes.length - cutOff);
    line += newlines(whole);
    return { ok: true, bytes: whole };
  }
  return { push: (chunk) => take(chunk, false), end: () => take(new Uint8Array(), true) };
}

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

function notUtf8(line: number, byte: number): Decoded {
  const hex = byte.toString(16).toUpperCase().padStart(2, "0");
  return {
    ok: false,
    problem: {
      reason: "wrong_encoding",
      message: `Line ${line}: byte 0x${hex} is not UTF-8; is the file Latin-1?`,
      hint: "Set encoding=latin1 (or windows-1252), or save the file as UTF-8.",
    },
  };
}

function utf16(): Decoded {
  return {
    ok: false,
    problem: {
      reason: "wrong_encoding",
      message: "Line 1: the file begins like UTF-16, which is not read.",
      hint: 'Save it as UTF-8; in Excel choose "CSV UTF-8 (comma delimited)".',
    },
  };
}
