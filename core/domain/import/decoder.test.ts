import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDecoder } from "./decoder.ts";

/** Decodes chunk by chunk; a problem's message instead of the text when there is one. */
function decode(encoding: string, chunks: Uint8Array[]): string {
  const made = createDecoder(encoding);
  if (!made.ok) return made.problem.message;
  const parts: Uint8Array[] = [];
  for (const decoded of [...chunks.map((chunk) => made.decoder.push(chunk)), made.decoder.end()]) {
    if (!decoded.ok) return decoded.problem.message;
    parts.push(Uint8Array.from(decoded.bytes));
  }
  return Buffer.concat(parts).toString("utf8");
}

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

describe("createDecoder", () => {
  it("gives back any UTF-8 text, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 5 }), (text, size) => {
        const wellFormed = text.toWellFormed().replace(/^\ufeff+/, "");
        expect(decode("utf-8", cut(Buffer.from(wellFormed), size))).toBe(wellFormed);
      }),
    );
  });

  it("takes off a byte order mark, also when it is cut", () => {
    expect(decode("", cut(Buffer.from("\ufeffemail"), 1))).toBe("email");
  });

  it.each([1, 3, 7, 1000])("names the line and the byte that is not UTF-8, in chunks of %d", (size) => {
    const text = `email,name\n${"a@example.com,ok\n".repeat(15)}a@example.com,Ren\xe9e\n`;
    expect(decode("utf-8", cut(Buffer.from(text, "latin1"), size))).toBe(
      "Line 17: byte 0xE9 is not UTF-8; is the file Latin-1?",
    );
  });

  it.each([
    ["overlong", [0xc0, 0x80]],
    ["overlong in three bytes", [0xe0, 0x80, 0x80]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["past the last character", [0xf4, 0x90, 0x80, 0x80]],
    ["a lone continuation", [0x80]],
    ["a character that the end cuts off", [0xe2, 0x82]],
  ])("refuses %s", (_, bytes) => {
    expect(decode("utf8", [Uint8Array.from(bytes)])).toContain("Line 1: byte 0x");
    expect(decode("utf8", cut(Uint8Array.from(bytes), 1))).toContain("Line 1: byte 0x");
  });

  it("accepts exactly what a strict decoder accepts", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const isText = (bytes: Uint8Array): boolean => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const byte = fc.constantFrom(
      0x41,
      0x0a,
      0x80,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc3,
      0xe0,
      0xe2,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (bytes, size) => {
        const all = Uint8Array.from(bytes);
        expect(!decode("utf-8", cut(all, size)).startsWith("Line ")).toBe(isText(all));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads Latin-1 with the euro and quotes that Windows puts into it", () => {
    expect(decode("latin1", [Uint8Array.from([0x52, 0x65, 0x6e, 0xe9, 0x20, 0x80, 0x93])])).toBe("René €“");
    expect(decode("Windows-1252", [Uint8Array.from([0xfc])])).toBe("ü");
  });

  it("says what to do about UTF-16 and about unknown encodings", () => {
    expect(decode("utf-8", [Uint8Array.from([0xff, 0xfe, 0x65, 0x00])])).toContain("UTF-16");
    expect(decode("ebcdic", [])).toBe('The encoding "ebcdic" is not known.');
  });
});
