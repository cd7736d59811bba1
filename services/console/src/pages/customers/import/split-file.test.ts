import { describe, expect, it } from "vitest";
import { readHeader, splitFile } from "./split-file.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const header = "email,note\n";

async function partsOf(csv: string, from?: { doneBytes: number; linesBefore: number }) {
  const file = new Blob([csv]);
  const parts = [];
  for await (const part of splitFile(file, await readHeader(file), from)) parts.push(part);
  return parts;
}

describe("splitFile", () => {
  it("takes a header with a line break in its quotes whole", async () => {
    const found = await readHeader(new Blob(['"e\nmail",note\na@example.com,x\n']));
    expect([text(found.bytes), found.lines]).toEqual(['"e\nmail",note\n', 2]);
  });

  it("cuts a large file between records, never within quotes, and loses no byte", async () => {
    const record = (at: number) => `a${at}@example.com,"line one\nline ""two"" ${"x".repeat(500)}"\n`;
    const records = Array.from({ length: 5_000 }, (_, at) => record(at)).join("");
    const parts = await partsOf(header + records);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(text(part.bytes).startsWith(header)).toBe(true);
    const bodies = parts.map((part) => text(part.bytes).slice(header.length));
    for (const body of bodies) expect(body).toMatch(/^a\d+@[^]*"\n$/);
    expect(bodies.join("")).toBe(records);
    expect(parts.at(-1)!.doneBytes).toBe((header + records).length);
  });

  it("counts the lines before each part, so that an error's line is the file's", async () => {
    const records = Array.from({ length: 40_000 }, (_, at) => `a${at}@example.com,"two\nlines and more"\n`);
    const parts = await partsOf(header + records.join(""));
    const [first, second] = parts;
    expect(first!.linesBefore).toBe(0);
    const recordsInFirst = text(first!.bytes).slice(header.length).split("lines and more").length - 1;
    expect(second!.linesBefore).toBe(recordsInFirst * 2);
  });

  it("goes on where an earlier run stopped", async () => {
    const csv =
      header + Array.from({ length: 60_000 }, (_, at) => `a${at}@example.com,some words here\n`).join("");
    const all = await partsOf(csv);
    const rest = await partsOf(csv, { doneBytes: all[0]!.doneBytes, linesBefore: all[0]!.linesAfter });
    expect(rest.map((part) => text(part.bytes))).toEqual(all.slice(1).map((part) => text(part.bytes)));
    expect(rest[0]!.linesBefore).toBe(all[1]!.linesBefore);
  });

  it("sends everything when a quote never closes, for the API to say where", async () => {
    const parts = await partsOf(`${header}a@example.com,"never\nb@example.com,x\n`);
    expect(parts).toHaveLength(1);
  });
});
