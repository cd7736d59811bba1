import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { agencyMessage } from "./agency-message.ts";
import { changeAgency } from "./change-agency.ts";
import { checkSettings } from "./check-settings.ts";

/** Replaces the agency's settings. */
export const updateAgency =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["updateAgency"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    // Required by the contract.
    const settings = checkSettings(request.settings!);
    const agency = await changeAgency(database, agencyId, settings, { gated: false });
    return { agency: agencyMessage(agency) };
  };
