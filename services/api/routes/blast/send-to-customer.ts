import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { orderDirectSend } from "#core/adapters/postgres/blasts/order.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import { formatDeliveryId } from "#core/domain/delivery/id.ts";
import { laneOf, laneText } from "#core/domain/delivery/lane.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import type { ApiDeps } from "../../deps.ts";
import { publishSoon } from "../../publish-soon.ts";
import { requireRole } from "../../rpc/caller.ts";
import { insufficientCredit, requireSendable } from "./require-sendable.ts";

/** A direct send: its delivery is frozen, paid and released in the transaction that accepts it, and goes through the same queue. */
export const sendToCustomer =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["sendToCustomer"] =>
  async (request, context) => {
    const { agencyId, userId } = requireRole(context, "sender");
    const { content, customerId, idempotencyKey: key } = request;
    const lane = laneText(request.lane, "urgent");
    const { templateId, templateVersion, customMessage } = content!;
    const accepted = await deps.database.withAgency(agencyId, async (tx) => {
      await requireSendable(tx, agencyId);
      const send = { agencyId, userId, customerId, lane, templateId, templateVersion, customMessage };
      const ordered = await orderDirectSend(tx, key, send);
      if (ordered.replayed) return { ...ordered, publish: [] };
      // Another send took the last credit in between: nothing is written.
      if (await wasRefused(tx, ordered.blastId)) throw insufficientCredit(0);
      const order = create(SendBlastToCustomerSchema, {
        agencyId,
        lane: laneOf[lane],
        idempotencyKey: formatDeliveryId(ordered.blastId, 1),
        customerId,
        order: { case: "delivery", value: { blastId: ordered.blastId, sequence: 1 } },
      });
      const message = workEnvelope(SendBlastToCustomerSchema, order, { source: "api", timeMs: deps.nowMs() });
      return { ...ordered, publish: [{ id: await announce(tx, agencyId, message), message }] };
    });
    publishSoon(deps, accepted.publish);
    const { blastId, replayed } = accepted;
    return { deliveryId: formatDeliveryId(blastId, 1), blastId, replayed };
  };

async function wasRefused(tx: Tx, blastId: string): Promise<boolean> {
  const blast = await tx
    .selectFrom("blasts")
    .select("state")
    .where("id", "=", blastId)
    .executeTakeFirstOrThrow();
  return blast.state === "refused";
}
