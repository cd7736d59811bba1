import { Code, type ServiceImpl } from "@connectrpc/connect";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { agencyMessage } from "./agency-message.ts";
import { changeAgency } from "./change-agency.ts";
import { checkSettings, type SettingsColumns } from "./check-settings.ts";

/** Replaces the agency's settings. The sending domain is an operator's to change. */
export const updateAgency =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["updateAgency"] =>
  async (request, context) => {
    const { agencyId, caller } = requireRole(context, "admin");
    // Required by the contract.
    const settings = checkSettings(request.settings!);
    const change = caller.kind === "operator" ? settings : await ownChange(database, agencyId, settings);
    const agency = await changeAgency(database, agencyId, change, { gated: false });
    return { agency: agencyMessage(agency) };
  };

/**
 * What an agency may change of itself. Whoever could name any domain of the provider's account would send in another agency's name, and use up
 * what the provider takes from it.
 */
async function ownChange(
  database: Database,
  agencyId: string,
  { sending_domain: wanted, ...change }: SettingsColumns,
): Promise<Omit<SettingsColumns, "sending_domain">> {
  const agency = await database.withAgency(agencyId, (tx) => readAgency(tx, agencyId));
  if (agency === undefined) throw notFound("agency", agencyId, "fanfare-agency");
  if (agency.sending_domain === wanted) return change;
  throw fail(Code.PermissionDenied, {
    reason: "operator_only",
    field: "settings.sending_domain",
    message: `Only an operator changes the sending domain; this agency's is ${agency.sending_domain}.`,
    hint: "Ask your operator, who sets a domain up at the provider first; leave it as it is to change the rest.",
  });
}
