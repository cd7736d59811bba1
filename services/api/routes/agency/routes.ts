import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { createAgency } from "./create-agency.ts";
import { createApiKey } from "./create-api-key.ts";
import { createUser } from "./create-user.ts";
import { getAgency } from "./get-agency.ts";
import { getCredits } from "./get-credits.ts";
import { listAgencies } from "./list-agencies.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { listLedger } from "./list-ledger.ts";
import { listUsers } from "./list-users.ts";
import { pauseAgency } from "./pause-agency.ts";
import { resumeAgency } from "./resume-agency.ts";
import { revokeApiKey } from "./revoke-api-key.ts";
import { setAgencyStanding } from "./set-agency-standing.ts";
import { topUpCredits } from "./top-up-credits.ts";
import { updateAgency } from "./update-agency.ts";
import { updateUser } from "./update-user.ts";

/** All RPCs of AgencyService. */
export const agencyRoutes = (deps: ApiDeps): ServiceImpl<typeof AgencyService> => ({
  createAgency: createAgency(deps),
  listAgencies: listAgencies(deps),
  getAgency: getAgency(deps),
  updateAgency: updateAgency(deps),
  setAgencyStanding: setAgencyStanding(deps),
  pauseAgency: pauseAgency(deps),
  resumeAgency: resumeAgency(deps),
  createUser: createUser(deps),
  listUsers: listUsers(deps),
  updateUser: updateUser(deps),
  createApiKey: createApiKey(deps),
  listApiKeys: listApiKeys(deps),
  revokeApiKey: revokeApiKey(deps),
  getCredits: getCredits(deps),
  listLedger: listLedger(deps),
  topUpCredits: topUpCredits(deps),
});
