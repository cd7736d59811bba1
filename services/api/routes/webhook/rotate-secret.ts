import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { rotateSecret as rotate } from "#core/adapters/postgres/webhooks/endpoints.ts";
import { newSecret, secretText } from "#core/adapters/webhooks/sign.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

// Time for the receiver to learn the new one.
const overlapMs = 24 * 3_600_000;

/** A new secret; for a day each message is signed with both. Rotating twice within the day ends the first at once. */
export const rotateSecret =
  ({ database }: ApiDeps): ServiceImpl<typeof WebhookService>["rotateSecret"] =>
  async ({ endpointId }, context) => {
    const { agencyId } = requireRole(context, "admin");
    const secret = newSecret();
    const until = await database.withAgency(agencyId, (tx) =>
      rotate(tx, agencyId, endpointId, secret, overlapMs),
    );
    if (until === undefined) throw notFound("end point", endpointId, "endpoint_id");
    return { secret: secretText(secret), oldUntil: timestampFromDate(until) };
  };
