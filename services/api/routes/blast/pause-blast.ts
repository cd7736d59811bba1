import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { pauseBlast as pause } from "#core/adapters/postgres/blasts/steer.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { steerBlast } from "./steer-blast.ts";

/** From the answer on nothing more leaves, until the blast is resumed. */
export const pauseBlast =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["pauseBlast"] =>
  async ({ blastId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const { blast } = await steerBlast(deps, agencyId, blastId, (tx) => pause(tx, agencyId, blastId, true));
    return { blast };
  };

/** Goes on: what waits is released again. */
export const resumeBlast =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["resumeBlast"] =>
  async ({ blastId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const { blast } = await steerBlast(deps, agencyId, blastId, (tx) => pause(tx, agencyId, blastId, false));
    return { blast };
  };
