import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { agencyMessage } from "./agency-message.ts";
import { changeAgency } from "./change-agency.ts";

/** From the answer on nothing of the agency leaves, until resumed. */
export const pauseAgency =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["pauseAgency"] =>
  async (_request, context) => {
    const { agencyId } = requireRole(context, "admin");
    return {
      agency: agencyMessage(await changeAgency(database, agencyId, { paused: true }, { gated: true })),
    };
  };
