import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { updateEndpoint as update } from "#core/adapters/postgres/webhooks/endpoints.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { endpointMessage, readSettings } from "./endpoint-message.ts";

/** Replaces an end point's settings; what is switched off keeps its queue and gets nothing new. */
export const updateEndpoint =
  ({ database, config }: ApiDeps): ServiceImpl<typeof WebhookService>["updateEndpoint"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const { endpointId, enabled } = request;
    const settings = { ...readSettings(request, config), enabled };
    const row = await database.withAgency(agencyId, (tx) => update(tx, agencyId, endpointId, settings));
    if (row === undefined) throw notFound("end point", endpointId, "endpoint_id");
    return { endpoint: endpointMessage(row) };
  };
