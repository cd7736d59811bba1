import { setTimeout as wait } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import type { Api } from "./connect/api.ts";
import { systemCodeOf } from "./connect/system-code.ts";
import { progressOf } from "./show/blast-bar.ts";

/** Streams that break in a row, with no update between them, before it is given up: about half a minute. */
const BREAKS_MAX = 15;
const PAUSE_MS = 2_000;

/**
 * Follows a blast until it has ended, and answers it as it was then. A watch only reads, so a stream that breaks because an instance
 * of the API stops or a connection is lost is opened again; `onBreak` hears of it.
 */
export async function followBlast(
  api: Pick<Api, "blasts">,
  blastId: string,
  on: { update: (blast: Blast) => void; break?: (error: ConnectError) => void },
  signal: AbortSignal,
): Promise<Blast> {
  let breaks = 0;
  for (;;) {
    let last: Blast | undefined;
    let problem = new ConnectError("The stream ended before the blast did.", Code.Unavailable);
    try {
      for await (const { blast } of api.blasts.watchBlast({ blastId }, { signal })) {
        if (blast === undefined) continue;
        breaks = 0;
        last = blast;
        on.update(blast);
      }
      if (last !== undefined && progressOf(last).ended) return last;
    } catch (error) {
      problem = ConnectError.from(error);
      if (signal.aborted || !mayComeBack(problem)) throw problem;
    }
    if (++breaks > BREAKS_MAX) throw problem;
    on.break?.(problem);
    await wait(PAUSE_MS, undefined, { signal });
  }
}

function mayComeBack(error: ConnectError): boolean {
  // A stream has a longest life on the server, after which it says DeadlineExceeded.
  return [Code.Unavailable, Code.DeadlineExceeded].includes(error.code) || systemCodeOf(error) !== undefined;
}
