import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator, requireRole } from "../../rpc/caller.ts";
import { standingOf, textOf } from "../../rpc/enums.ts";
import { agencyMessage } from "./agency-message.ts";
import { changeAgency } from "./change-agency.ts";

/** Good standing, or suspended: from the answer on nothing of the agency leaves. */
export const setAgencyStanding =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["setAgencyStanding"] =>
  async (request, context) => {
    requireOperator(context);
    const { agencyId } = requireRole(context, "admin");
    const standing = textOf(standingOf, request.standing);
    if (standing === undefined) throw new Error(`standing ${request.standing} passed validation`);
    const change = { standing, standing_reason: request.reason.trim() };
    const agency = await changeAgency(database, agencyId, change, { gated: true });
    return { agency: agencyMessage(agency) };
  };
