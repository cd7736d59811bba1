import {
  BlastState,
  BlastStateSchema,
  WatchBlastResponseSchema,
  type Blast,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { create } from "@bufbuild/protobuf";
import { LaneSchema } from "#gen/fanfare/options/v1/lane_pb.js";
import { EXIT } from "./exit-codes.ts";
import { followBlast } from "./follow-blast.ts";
import type { Cli, Session } from "./session.ts";
import { createBlastView } from "./show/blast-view.ts";
import { count, printable } from "./show/style.ts";
import { facts } from "./show/table.ts";
import { timeOf, wordOf } from "./show/words.ts";

/** Follows a blast to its end on the screen. A blast that was refused or cancelled makes the exit code 1. */
export async function watchOnScreen(cli: Cli, { api, out, signal }: Session, blastId: string): Promise<void> {
  const view = createBlastView(out);
  const update = (blast: Blast) => {
    out.show(WatchBlastResponseSchema, create(WatchBlastResponseSchema, { blast }), () => view.update(blast));
  };
  try {
    const blast = await followBlast(
      api,
      blastId,
      { update, break: (problem) => out.note(`lost the stream (${problem.rawMessage}); opening it again …`) },
      signal,
    );
    if (blast.state !== BlastState.COMPLETED) cli.exitWith(EXIT.failed);
    view.end();
    if (!out.json) reasonLines(blast).forEach((line) => out.line(line));
    if (blast.refusalReason !== "") out.note(`refused: ${printable(blast.refusalReason)}`);
  } catch (error) {
    view.end();
    if (signal.aborted) out.note("no longer watching; the blast goes on");
    throw error;
  }
}

/** A blast for people, as `cancel`, `pause` and `resume` answer it. */
export function blastLines(blast: Blast): string[] {
  const sheet = blast.balanceSheet;
  return facts([
    ["blast", blast.id],
    ["name", printable(blast.name)],
    ["state", wordOf(BlastStateSchema, blast.state)],
    ["lane", wordOf(LaneSchema, blast.lane)],
    ["audience", count(sheet?.audience ?? 0)],
    ["accepted", count(sheet?.accepted ?? 0)],
    ["skipped", count(sheet?.skipped ?? 0)],
    ["rejected", count(sheet?.rejected ?? 0)],
    ["in doubt", count(sheet?.inDoubt ?? 0)],
    ["held", count(sheet?.held ?? 0)],
    ["since", timeOf(blast.acceptedAt)],
    ...(blast.leavesAt === undefined ? [] : [["leaves", timeOf(blast.leavesAt)] as [string, string]]),
  ]);
}

/** Skipped and rejected by reason, the largest first. */
export function reasonLines(blast: Blast): string[] {
  const reasons = Object.entries(blast.balanceSheet?.reasons ?? {}).toSorted(([, a], [, b]) => b - a);
  return facts(
    reasons.map(([reason, customers]) => [reason.replaceAll("_", " "), count(customers).padStart(9)]),
    "  ",
  );
}
