import type { Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import { barLines, createMeter, plainLine, progressOf } from "./blast-bar.ts";
import { createLiveLines } from "./live-lines.ts";
import type { Style } from "./style.ts";

/** Shows a blast as it goes: a bar in place on a terminal, else a line now and then. */
export type BlastView = { update: (blast: Blast) => void; end: () => void };

/** Without a terminal every line stays, so there are few of them. */
const PLAIN_INTERVAL_MS = 2_000;

export function createBlastView(parts: {
  write: (text: string) => void;
  live: boolean;
  style: Style;
  columns: () => number;
  nowMs?: () => number;
  indent?: string;
}): BlastView {
  const { write, live, style, columns, nowMs = () => performance.now(), indent = "" } = parts;
  const meter = createMeter();
  const lines = createLiveLines(write, columns);
  let last: { state: string; atMs: number } | undefined;
  let skippedLine: string | undefined;
  return {
    update: (blast) => {
      const progress = progressOf(blast);
      const atMs = nowMs();
      const perSecond = meter(progress.done, atMs);
      if (live) {
        lines.draw(
          barLines(progress, perSecond, columns() - indent.length, style).map((line) => indent + line),
        );
        return;
      }
      const text = `${indent}${plainLine(progress, perSecond, style)}\n`;
      const due =
        last === undefined || last.state !== progress.state || atMs - last.atMs >= PLAIN_INTERVAL_MS;
      skippedLine = due ? undefined : text;
      if (!due) return;
      last = { state: progress.state, atMs };
      write(text);
    },
    end: () => {
      lines.keep();
      if (skippedLine !== undefined) write(skippedLine);
      skippedLine = undefined;
    },
  };
}
