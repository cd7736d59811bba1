import { width } from "./table.ts";

/** A few lines at the bottom of a terminal that are drawn again and again in the same place. */
export type LiveLines = {
  draw: (lines: readonly string[]) => void;
  /** Leaves what is drawn and goes on below it. */
  keep: () => void;
  clear: () => void;
};

const UP_AND_ERASE = "\u001b[1A\u001b[2K";

export function createLiveLines(write: (text: string) => void, columns: () => number): LiveLines {
  let drawn = 0;
  return {
    draw: (lines) => {
      // One write, so that no half-drawn state is ever seen.
      write(UP_AND_ERASE.repeat(drawn) + lines.map((line) => `${fit(line, columns())}\n`).join(""));
      drawn = lines.length;
    },
    keep: () => {
      drawn = 0;
    },
    clear: () => {
      write(UP_AND_ERASE.repeat(drawn));
      drawn = 0;
    },
  };
}

/** The part of a line that fits: one that wraps would be two, and the next drawing would miss it. */
export function fit(line: string, columns: number): string {
  if (width(line) < columns) return line;
  let text = "";
  let cells = 0;
  for (const [token] of line.matchAll(COLOUR_OR_CHARACTER)) {
    cells += width(token);
    // The last cell stays free; colours behind it still end what they began.
    if (token.length > 2 || cells < columns) text += token;
  }
  return text;
}

// oxlint-disable-next-line no-control-regex -- these are the colours that we wrote ourselves
const COLOUR_OR_CHARACTER = /\u001b\[[0-9;]*m|[^]/gu;
