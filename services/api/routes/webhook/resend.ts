import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { readEndpoint } from "#core/adapters/postgres/webhooks/endpoints.ts";
import { resendFailed } from "#core/adapters/postgres/webhooks/messages.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** What was given up gets all its tries again, under its old id; what was not is left alone. */
export const resend =
  ({ database }: ApiDeps): ServiceImpl<typeof WebhookService>["resend"] =>
  async ({ endpointId, messageIds }, context) => {
    const { agencyId } = requireRole(context, "admin");
    const resent = await database.withAgency(agencyId, async (tx) => {
      if ((await readEndpoint(tx, agencyId, endpointId)) === undefined)
        throw notFound("end point", endpointId, "endpoint_id");
      return resendFailed(tx, agencyId, endpointId, messageIds.length === 0 ? undefined : messageIds);
    });
    return { resent };
  };
