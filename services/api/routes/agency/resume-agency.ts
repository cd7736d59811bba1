import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { agencyMessage } from "./agency-message.ts";
import { changeAgency } from "./change-agency.ts";

/** Goes on where the pause began; the feeder finds what waits. */
export const resumeAgency =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["resumeAgency"] =>
  async (_request, context) => {
    const { agencyId } = requireRole(context, "admin");
    return {
      agency: agencyMessage(await changeAgency(database, agencyId, { paused: false }, { gated: false })),
    };
  };
