import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { readEndpoint } from "#core/adapters/postgres/webhooks/endpoints.ts";
import { insertTestMessage } from "#core/adapters/postgres/webhooks/messages.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";

/** Queues a message for one end point, as a fact would; ListAttempts shows what came of it. */
export const sendTest =
  ({ database }: ApiDeps): ServiceImpl<typeof WebhookService>["sendTest"] =>
  async ({ endpointId }, context) => {
    const { agencyId } = requireRole(context, "admin");
    const messageId = await database.withAgency(agencyId, async (tx) => {
      const endpoint = await readEndpoint(tx, agencyId, endpointId);
      if (endpoint === undefined) throw notFound("end point", endpointId, "endpoint_id");
      if (!endpoint.enabled)
        throw fail(Code.FailedPrecondition, {
          reason: "endpoint_disabled",
          message: "The end point is switched off, so nothing would be sent.",
          field: "endpoint_id",
          hint: "Switch it on first (UpdateEndpoint).",
        });
      return insertTestMessage(tx, agencyId, endpointId);
    });
    return { messageId };
  };
