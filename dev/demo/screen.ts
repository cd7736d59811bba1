// The demo's own calm way of talking: sections, steps that take time, aligned facts. Plain where nobody watches.
import { wantsColour, type Io } from "../../services/cli/io.ts";
import { createLiveLines } from "../../services/cli/show/live-lines.ts";
import { createStyle, type Style } from "../../services/cli/show/style.ts";
import { facts } from "../../services/cli/show/table.ts";

export type Screen = {
  style: Style;
  live: boolean;
  columns: () => number;
  write: (text: string) => void;
  section: (title: string) => void;
  line: (text?: string) => void;
  facts: (pairs: readonly (readonly [name: string, value: string])[]) => void;
  /** Shows from its first moment that something goes on, and how long it took. `now` tells what goes on at present. */
  step: <T>(title: string, work: (now: (what: string) => void) => Promise<T>) => Promise<T>;
};

const INDENT = "  ";
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_INTERVAL_MS = 100;
const TITLE_WIDTH = 46;

export function createScreen(io: Pick<Io, "env" | "interactive" | "columns" | "write">): Screen {
  const style = createStyle(wantsColour(io));
  const live = io.interactive;
  const line = (text = "") => io.write(text === "" ? "\n" : `${INDENT}${text}\n`);
  const lines = createLiveLines(io.write, io.columns);

  async function step<T>(title: string, work: (now: (what: string) => void) => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    const seconds = () => `${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`.padStart(7);
    let what = title;
    let frame = 0;
    const draw = () => {
      frame = (frame + 1) % FRAMES.length;
      lines.draw([`${INDENT}${FRAMES[frame]} ${what.padEnd(TITLE_WIDTH)} ${style.dim(seconds())}`]);
    };
    const timer = live ? setInterval(draw, FRAME_INTERVAL_MS) : undefined;
    if (live) draw();
    const done = (mark: string) => {
      clearInterval(timer);
      if (live) lines.clear();
      line(`${mark} ${title.padEnd(TITLE_WIDTH)} ${style.dim(seconds())}`);
    };
    try {
      const result = await work((now) => {
        what = now;
        if (!live) line(`· ${now} …`);
      });
      done(style.good("✓"));
      return result;
    } catch (error) {
      done(style.bad("✗"));
      throw error;
    }
  }

  return {
    style,
    live,
    columns: io.columns,
    write: io.write,
    section: (title) => io.write(`\n${style.bold(title)}\n`),
    line,
    facts: (pairs) => facts(pairs).forEach((each) => line(each)),
    step,
  };
}
