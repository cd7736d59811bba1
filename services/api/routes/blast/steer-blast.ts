import { Code } from "@connectrpc/connect";
import { readBlast } from "#core/adapters/postgres/blasts-read/read-blast.ts";
import type { Steered } from "#core/adapters/postgres/blasts/steer.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import type { ApiDeps } from "../../deps.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { blastMessage } from "./blast-message.ts";

/** Runs a change of a blast that runs and answers the blast as it is then. Throws NotFound, and FailedPrecondition for one that has ended. */
export async function steerBlast(
  deps: ApiDeps,
  agencyId: string,
  blastId: string,
  change: (tx: Tx) => Promise<Steered>,
) {
  return deps.database.withAgency(agencyId, async (tx) => {
    const steered = await change(tx);
    if (steered.kind === "unknown") throw notFound("blast", blastId, "blast_id");
    if (steered.kind === "ended") {
      throw fail(Code.FailedPrecondition, {
        reason: "blast_ended",
        message: `The blast ${blastId} has ended (${steered.state}).`,
        field: "blast_id",
        hint: "GetBlast shows what became of it.",
      });
    }
    const row = await readBlast(tx, agencyId, blastId);
    return { blast: blastMessage(row!), alreadyLeft: steered.alreadyLeft };
  });
}
