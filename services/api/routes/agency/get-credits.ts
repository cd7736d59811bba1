import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { readCredits } from "#core/adapters/postgres/credits-admin/read-credits.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** What may be spent, and what is promised to deliveries that are not terminal. */
export const getCredits =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["getCredits"] =>
  async (_request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const credits = await database.withAgency(agencyId, (tx) => readCredits(tx, agencyId));
    if (credits === undefined) throw notFound("agency", agencyId, "fanfare-agency");
    return { balance: BigInt(credits.balance), reserved: BigInt(credits.reserved) };
  };
