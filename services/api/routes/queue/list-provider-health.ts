import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { providerHealth } from "#core/adapters/postgres/doubts/provider-health.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";

/** How the provider has answered of late, domain by domain. */
export const listProviderHealth =
  ({ database }: ApiDeps): ServiceImpl<typeof QueueService>["listProviderHealth"] =>
  async (_request, context) => {
    requireOperator(context);
    const domains = await database.asSystem(providerHealth);
    return {
      domains: domains.map((row) => ({
        agencyId: row.agency_id,
        agencyName: row.agency_name,
        sendingDomain: row.sending_domain,
        window: durationFromMs(row.window_ms),
        accepted: row.accepted,
        retried: row.retried,
        rejected: row.rejected,
        inDoubt: row.in_doubt,
        acceptedPerSecond: (row.accepted / row.window_ms) * 1000,
        ...(row.last_accepted_at === null ? {} : { lastAcceptedAt: timestampFromDate(row.last_accepted_at) }),
        lastTrouble: row.last_trouble ?? "",
        ...(row.last_trouble_at === null ? {} : { lastTroubleAt: timestampFromDate(row.last_trouble_at) }),
        onTheWire: row.on_the_wire,
      })),
    };
  };
