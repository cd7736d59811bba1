import { stripVTControlCharacters } from "node:util";
import { printable } from "./style.ts";

/** One column: numbers stand at the right. `value` gives text as it is, `paint` colours it. */
export type Column<Row> = {
  title: string;
  value: (row: Row) => string;
  right?: boolean;
  paint?: (text: string, row: Row) => string;
};

/** A longer cell is cut; --json has it whole. */
const CELL_MAX_CHARS = 60;
const GAP = "  ";

/** Cells as they are printed, and how wide each column must be for them. */
export function measure<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): number[] {
  return columns.map(({ title, value }) =>
    rows.reduce((widest, row) => Math.max(widest, width(cut(value(row)))), width(title)),
  );
}

/** The line of titles. */
export function titles<Row>(columns: readonly Column<Row>[], widths: readonly number[]): string {
  return columns
    .map(({ title, right }, at) => pad(title, widths[at] ?? 0, right))
    .join(GAP)
    .trimEnd();
}

/** One line for one row. */
export function line<Row>(columns: readonly Column<Row>[], widths: readonly number[], row: Row): string {
  return columns
    .map(({ value, right, paint }, at) => {
      const text = cut(value(row));
      const padded = pad(text, widths[at] ?? 0, right);
      return paint === undefined || text === "" ? padded : padded.replace(text, () => paint(text, row));
    })
    .join(GAP)
    .trimEnd();
}

/** Name and value under each other, the values aligned. */
export function facts(pairs: readonly (readonly [name: string, value: string])[], indent = ""): string[] {
  const widest = Math.max(0, ...pairs.map(([name]) => width(name)));
  return pairs.map(([name, value]) => `${indent}${pad(name, widest)}${GAP}${value}`);
}

/** Combining marks (variation selectors among them) and spaces without width. */
const WITHOUT_WIDTH = /\p{M}|[\u200b-\u200f]/u;
const DOUBLE_WIDTH =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** How many cells of a terminal a text takes: wide characters (CJK, emoji) two, combining marks none. */
export function width(text: string): number {
  let cells = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (WITHOUT_WIDTH.test(character)) continue;
    cells += DOUBLE_WIDTH.test(character) ? 2 : 1;
  }
  return cells;
}

export function pad(text: string, to: number, right = false): string {
  const space = " ".repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

function cut(text: string): string {
  const shown = printable(text);
  const characters = Array.from(shown);
  return characters.length > CELL_MAX_CHARS ? `${characters.slice(0, CELL_MAX_CHARS - 1).join("")}…` : shown;
}
