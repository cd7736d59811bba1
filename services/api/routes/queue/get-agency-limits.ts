import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { agencyLimitsMessage, limitsOfAgency } from "./agency-limits-message.ts";

/** What an agency may have of the lanes beside others. */
export const getAgencyLimits =
  ({ database }: ApiDeps): ServiceImpl<typeof QueueService>["getAgencyLimits"] =>
  async ({ agencyId }, context) => {
    requireOperator(context);
    return { limits: agencyLimitsMessage(await database.asSystem((tx) => limitsOfAgency(tx, agencyId))) };
  };
