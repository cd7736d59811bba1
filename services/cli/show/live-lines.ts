/** A few lines at the bottom of a terminal that are drawn again and again in the same place. */
export type LiveLines = {
  draw: (lines: readonly string[]) => void;
  /** Leaves what is drawn and goes on below it. */
  keep: () => void;
  clear: () => void;
};

const UP_AND_ERASE = "\u001b[1A\u001b[2K";

export function createLiveLines(write: (text: string) => void): LiveLines {
  let drawn = 0;
  return {
    draw: (lines) => {
      // One write, so that no half-drawn state is ever seen.
      write(UP_AND_ERASE.repeat(drawn) + lines.map((line) => `${line}\n`).join(""));
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
