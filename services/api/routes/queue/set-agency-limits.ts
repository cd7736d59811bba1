import type { ServiceImpl } from "@connectrpc/connect";
import { setAgencyLimits as set } from "#core/adapters/postgres/blasts/agency-limits.ts";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { agencyLimitsMessage, limitsOfAgency } from "./agency-limits-message.ts";

/** All of an agency's limits at once, so that doing it twice is the same; every feeder goes by them from its next round on. */
export const setAgencyLimits =
  ({ database }: ApiDeps): ServiceImpl<typeof QueueService>["setAgencyLimits"] =>
  async ({ agencyId, limits }, context) => {
    requireOperator(context);
    const { weight, inFlightMax = null, perSecondMax = null } = limits!;
    const now = await database.asSystem(async (tx) => {
      await limitsOfAgency(tx, agencyId);
      await set(tx, agencyId, { weight, inFlightMax, perSecondMax });
      return limitsOfAgency(tx, agencyId);
    });
    return { limits: agencyLimitsMessage(now) };
  };
