import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { deleteEndpoint as remove } from "#core/adapters/postgres/webhooks/endpoints.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** A try that is in the air ends; nothing follows it. */
export const deleteEndpoint =
  ({ database }: ApiDeps): ServiceImpl<typeof WebhookService>["deleteEndpoint"] =>
  async ({ endpointId }, context) => {
    const { agencyId } = requireRole(context, "admin");
    const known = await database.withAgency(agencyId, (tx) => remove(tx, agencyId, endpointId));
    if (!known) throw notFound("end point", endpointId, "endpoint_id");
    return {};
  };
