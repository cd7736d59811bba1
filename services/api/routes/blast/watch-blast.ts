import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { readBlast } from "#core/adapters/postgres/blasts-read/read-blast.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { blastMessage } from "./blast-message.ts";
import { createBlastWatchers } from "./blast-watchers.ts";

/** The balance sheet as it changes; ends when the blast has ended. Viewers of one blast share one query a tick. */
export const watchBlast = (deps: ApiDeps): ServiceImpl<typeof BlastService>["watchBlast"] => {
  const watchers = createBlastWatchers((agencyId, blastId) =>
    deps.database.withAgency(agencyId, (tx) => readBlast(tx, agencyId, blastId), "one statement"),
  );
  return async function* ({ blastId }, context) {
    const { agencyId } = requireRole(context, "viewer");
    let known = false;
    for await (const row of watchers.watch(agencyId, blastId, context.signal)) {
      known = true;
      yield { blast: blastMessage(row) };
    }
    if (!known) throw notFound("blast", blastId, "blast_id");
  };
};
