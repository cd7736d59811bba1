import { BlastStateSchema, type Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import { count, duration, type Style } from "./style.ts";
import { wordOf } from "./words.ts";

/** How far a blast is. `done` deliveries are terminal or held; nothing more happens to them by itself. */
export type Progress = {
  state: string;
  total: number;
  done: number;
  accepted: number;
  skipped: number;
  rejected: number;
  inDoubt: number;
  held: number;
  ended: boolean;
};

export function progressOf({ state, completedAt, balanceSheet: sheet }: Blast): Progress {
  const accepted = sheet?.accepted ?? 0;
  const skipped = sheet?.skipped ?? 0;
  const rejected = sheet?.rejected ?? 0;
  const held = sheet?.held ?? 0;
  return {
    state: wordOf(BlastStateSchema, state),
    total: sheet?.audience ?? 0,
    done: accepted + skipped + rejected + held,
    accepted,
    skipped,
    rejected,
    inDoubt: sheet?.inDoubt ?? 0,
    held,
    // A cancelled blast has ended when the rest of it is skipped, too.
    ended: completedAt !== undefined,
  };
}

/** The rate is over these last seconds: long enough to be calm, short enough to show that something stopped. */
const RATE_WINDOW_MS = 5_000;
/** At four updates a second the window holds 20; this bounds it whatever the server does. */
const SAMPLES_MAX = 200;

/** Customers a second, from what was done when. Skipped ones count: they are done too. */
export function createMeter(): (done: number, nowMs: number) => number | undefined {
  const samples: { done: number; atMs: number }[] = [];
  return (done, nowMs) => {
    samples.push({ done, atMs: nowMs });
    while (
      samples.length > 2 &&
      (samples.length > SAMPLES_MAX || (samples[1]?.atMs ?? nowMs) <= nowMs - RATE_WINDOW_MS)
    )
      samples.shift();
    const first = samples[0];
    if (first === undefined || nowMs <= first.atMs) return undefined;
    return ((done - first.done) * 1_000) / (nowMs - first.atMs);
  };
}

const BAR_MIN_CELLS = 10;
const BAR_MAX_CELLS = 40;
/** What stands beside the bar takes about this much. */
const BESIDE_CELLS = 50;

/** Two lines for a terminal that is redrawn in place. */
export function barLines(
  progress: Progress,
  perSecond: number | undefined,
  columns: number,
  style: Style,
): string[] {
  const { total, done } = progress;
  const cells = Math.max(BAR_MIN_CELLS, Math.min(BAR_MAX_CELLS, columns - BESIDE_CELLS));
  const beside = [percent(progress), `${count(done)} of ${count(total)}`, ...pace(progress, perSecond)];
  return [
    `${progress.state.padEnd(9)} ${bar(progress, cells, style)} ${beside.join("  ")}`,
    style.dim("          ") + tally(progress, style).join(style.dim(" · ")),
  ];
}

/** The same in one line, for logs. */
export function plainLine(progress: Progress, perSecond: number | undefined, style: Style): string {
  const { total, done } = progress;
  return [
    progress.state.padEnd(9),
    percent(progress),
    `${count(done)} of ${count(total)}:`,
    tally(progress, style).join(", "),
    ...pace(progress, perSecond),
  ].join("  ");
}

function tally({ accepted, skipped, rejected, inDoubt, held }: Progress, style: Style): string[] {
  const part = (name: string, value: number, paint: (text: string) => string) =>
    value === 0 ? style.dim(`${name} 0`) : paint(`${name} ${count(value)}`);
  return [
    part("accepted", accepted, style.good),
    part("skipped", skipped, (text) => text),
    part("rejected", rejected, style.bad),
    part("in doubt", inDoubt, style.warn),
    part("held", held, style.held),
  ];
}

function percent({ total, done }: Progress): string {
  // 100 % is said only when it is true.
  return `${total === 0 ? 0 : Math.floor((done * 100) / total)} %`.padStart(5);
}

function pace({ total, done, ended }: Progress, perSecond: number | undefined): string[] {
  if (ended || perSecond === undefined || perSecond <= 0) return [];
  const left = total - done;
  const rate = perSecond >= 10 ? count(perSecond) : perSecond.toFixed(1);
  return left === 0 ? [`${rate}/s`] : [`${rate}/s`, `${duration((left * 1_000) / perSecond)} left`];
}

function bar(progress: Progress, cells: number, style: Style): string {
  const parts: readonly (readonly [value: number, glyph: string, paint: (text: string) => string])[] = [
    [progress.accepted, "█", style.good],
    [progress.skipped, "▓", style.dim],
    [progress.rejected, "█", style.bad],
    [progress.held, "█", style.held],
    [progress.inDoubt, "▒", style.warn],
  ];
  let sum = 0;
  let drawn = 0;
  let text = "";
  for (const [value, glyph, paint] of parts) {
    sum += value;
    const until = progress.total === 0 ? 0 : Math.min(cells, Math.floor((sum * cells) / progress.total));
    if (until > drawn) text += paint(glyph.repeat(until - drawn));
    drawn = Math.max(drawn, until);
  }
  return text + style.dim("░".repeat(cells - drawn));
}
