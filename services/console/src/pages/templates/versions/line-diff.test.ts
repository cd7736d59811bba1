import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines, withContext } from "./line-diff.ts";

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => ({ same: " ", removed: "-", added: "+" })[kind] + text);

describe("diffLines", () => {
  it("shows a changed line as taken out and put in, between the lines that stayed", () => {
    expect(shown("a\nb\nc\n", "a\nB\nc\nd\n")).toEqual([" a", "-b", "+B", " c", "+d"]);
  });

  it("numbers lines as each side has them", () => {
    expect(diffLines("a\nb", "b\nc")).toEqual([
      { kind: "removed", text: "a", oldLine: 1 },
      { kind: "same", text: "b", oldLine: 2, newLine: 1 },
      { kind: "added", text: "c", newLine: 2 },
    ]);
  });

  it("rebuilds both sides from its lines, whatever they are, with no more changes than all of both", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = diffLines(a.join("\n"), b.join("\n"));
        expect(lines.filter(({ kind }) => kind !== "added").map((line) => line.text)).toEqual(a);
        expect(lines.filter(({ kind }) => kind !== "removed").map((line) => line.text)).toEqual(b);
      }),
    );
  });

  it("finds the fewest changes", () => {
    const changes = diffLines("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc").filter(
      ({ kind }) => kind !== "same",
    );
    expect(changes).toHaveLength(5);
  });

  it("leaves out what is far from any change", () => {
    const before = Array.from({ length: 40 }, (_, at) => `line ${at}`);
    const after = before.with(20, "other");
    const parts = withContext(diffLines(before.join("\n"), after.join("\n")));
    expect(parts.map((part) => ("skipped" in part ? part.skipped : part.lines.length))).toEqual([17, 8, 16]);
    expect(withContext(diffLines("a", "a"))).toEqual([]);
  });
});
