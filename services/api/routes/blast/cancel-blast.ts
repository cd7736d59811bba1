import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { cancelBlast as cancel } from "#core/adapters/postgres/blasts/steer.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { steerBlast } from "./steer-blast.ts";

/** From the answer on nothing more of the blast leaves; the answer says how many had left. list-sender skips the rest. */
export const cancelBlast =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["cancelBlast"] =>
  async ({ blastId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    return steerBlast(deps, agencyId, blastId, (tx) => cancel(tx, agencyId, blastId));
  };
