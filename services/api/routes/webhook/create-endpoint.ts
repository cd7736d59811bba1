import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { insertEndpoint, maxEndpoints } from "#core/adapters/postgres/webhooks/endpoints.ts";
import { newSecret, secretText } from "#core/adapters/webhooks/sign.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail } from "../../rpc/fail.ts";
import { endpointMessage, readSettings } from "./endpoint-message.ts";

/** An end point gets every fact of its agency that is announced from now on. */
export const createEndpoint =
  ({ database, config }: ApiDeps): ServiceImpl<typeof WebhookService>["createEndpoint"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const settings = readSettings(request, config);
    const secret = newSecret();
    const row = await database.withAgency(agencyId, (tx) => insertEndpoint(tx, agencyId, settings, secret));
    if (row === undefined)
      throw fail(Code.ResourceExhausted, {
        reason: "too_many_endpoints",
        message: `An agency has ${maxEndpoints} end points at most.`,
        hint: "Delete one that is not needed any more.",
      });
    return { endpoint: endpointMessage(row), secret: secretText(secret) };
  };
