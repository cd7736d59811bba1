import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { listEndpoints as list } from "#core/adapters/postgres/webhooks/endpoints.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { endpointMessage } from "./endpoint-message.ts";

/** All end points of the agency, oldest first. */
export const listEndpoints =
  ({ database }: ApiDeps): ServiceImpl<typeof WebhookService>["listEndpoints"] =>
  async (_request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const rows = await database.withAgency(agencyId, (tx) => list(tx, agencyId));
    return { endpoints: rows.map(endpointMessage) };
  };
