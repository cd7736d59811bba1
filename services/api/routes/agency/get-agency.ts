import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { agencyMessage } from "./agency-message.ts";

/** The caller's agency. */
export const getAgency =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["getAgency"] =>
  async (_request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const agency = await database.withAgency(agencyId, (tx) => readAgency(tx, agencyId));
    if (agency === undefined) throw notFound("agency", agencyId, "fanfare-agency");
    return { agency: agencyMessage(agency) };
  };
