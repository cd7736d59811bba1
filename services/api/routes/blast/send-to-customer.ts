import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import type { NewDirectSend } from "#core/adapters/postgres/blasts/accept-direct.ts";
import { orderDirectSend } from "#core/adapters/postgres/blasts/order.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { acceptDirectAtOnce, NotAtOnceError } from "#core/adapters/postgres/orders/direct-at-once.ts";
import { newId } from "#core/adapters/postgres/orders/new-id.ts";
import { announce, type OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
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
    const send = { agencyId, userId, customerId, lane, templateId, templateVersion, customMessage };
    const about = (blastId: string) => messageOf(blastId, send, deps.nowMs());
    const accepted =
      (await acceptInOne(deps, key, send, about)) ??
      (await deps.database.withAgency(agencyId, (tx) => acceptOrSay(tx, key, send, about)));
    publishSoon(deps, accepted.publish);
    const { blastId, replayed } = accepted;
    return { deliveryId: formatDeliveryId(blastId, 1), blastId, replayed };
  };

type About = (blastId: string) => OutboxMessage;

/** The ordinary case, in one statement. */
async function acceptInOne(deps: ApiDeps, key: string, send: NewDirectSend, about: About) {
  const blastId = newId(Date.now());
  const message = about(blastId);
  try {
    const id = await deps.database.withAgency(send.agencyId, (tx) =>
      acceptDirectAtOnce(tx, key, send, { blastId, message }),
    );
    return { blastId, replayed: false, publish: [{ id, message }] };
  } catch (error) {
    if (error instanceof NotAtOnceError) return undefined;
    throw error;
  }
}

/** Question by question: what was ordered under this key before, or what is wrong with the order. */
async function acceptOrSay(tx: Tx, key: string, send: NewDirectSend, about: About) {
  await requireSendable(tx, send.agencyId);
  const ordered = await orderDirectSend(tx, key, send);
  if (ordered.replayed) return { ...ordered, publish: [] };
  // Another send took the last credit in between: nothing is written.
  if (await wasRefused(tx, ordered.blastId)) throw insufficientCredit(0);
  const message = about(ordered.blastId);
  return { ...ordered, publish: [{ id: await announce(tx, send.agencyId, message), message }] };
}

function messageOf(blastId: string, send: NewDirectSend, timeMs: number): OutboxMessage {
  const { agencyId, customerId } = send;
  const order = create(SendBlastToCustomerSchema, {
    agencyId,
    lane: laneOf[send.lane],
    idempotencyKey: formatDeliveryId(blastId, 1),
    customerId,
    order: { case: "delivery", value: { blastId, sequence: 1 } },
  });
  return workEnvelope(SendBlastToCustomerSchema, order, { source: "api", timeMs });
}

async function wasRefused(tx: Tx, blastId: string): Promise<boolean> {
  const blast = await tx
    .selectFrom("blasts")
    .select("state")
    .where("id", "=", blastId)
    .executeTakeFirstOrThrow();
  return blast.state === "refused";
}
