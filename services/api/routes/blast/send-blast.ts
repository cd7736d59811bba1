import { create, toJson } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { BlastAcceptedSchema } from "#gen/fanfare/event/v1/blast_pb.js";
import { AudienceSchema } from "#gen/fanfare/work/v1/content_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import type { NewBlast } from "#core/adapters/postgres/blasts/accept.ts";
import { orderBlast } from "#core/adapters/postgres/blasts/order.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { acceptAtOnce } from "#core/adapters/postgres/orders/accept-at-once.ts";
import { newId } from "#core/adapters/postgres/orders/new-id.ts";
import { announceAll, type OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import { laneOf, laneText } from "#core/domain/delivery/lane.ts";
import { eventEnvelope, workEnvelope } from "#core/runtime/envelope.ts";
import type { ApiDeps } from "../../deps.ts";
import { publishSoon, type Written } from "../../publish-soon.ts";
import { requireRole } from "../../rpc/caller.ts";
import { doubtPolicyText } from "../../rpc/enums.ts";
import { fail } from "../../rpc/fail.ts";
import { requireSendable } from "./require-sendable.ts";

const source = "api";

/**
 * Accepts a blast: one transaction writes key, blast and outbox row; then it answers. The message is published right after the commit.
 * It never sends mail.
 */
export const sendBlast =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["sendBlast"] =>
  async (request, context) => {
    const { agencyId, userId } = requireRole(context, "sender");
    const { content, audience, idempotencyKey: key, name } = request;
    const lane = laneText(request.lane);
    // Before it is accepted, so that the way is free when it is.
    if (lane !== "bulk") deps.askForWay?.(lane, agencyId);
    const order = {
      agencyId,
      userId,
      name,
      lane,
      templateId: content!.templateId,
      templateVersion: content!.templateVersion,
      customMessage: content!.customMessage,
      audience: toJson(AudienceSchema, audience!) as AudienceJson,
      doubtPolicy: doubtPolicyText(request.doubtPolicy),
    };
    const about = (blastId: string) => messagesOf(blastId, key, order, deps.nowMs());
    const accepted =
      (await acceptInOne(deps, key, order, about)) ??
      (await deps.database.withAgency(agencyId, async (tx) => {
        const ordered = await acceptOrSay(tx, key, order);
        if (ordered.replayed) return { ...ordered, publish: [] };
        const messages = about(ordered.blastId);
        return { ...ordered, publish: written(await announceAll(tx, agencyId, messages), messages) };
      }));
    publishSoon(deps, accepted.publish);
    const { blastId, replayed, leavesAt } = accepted;
    return { blastId, replayed, ...(leavesAt === null ? {} : { leavesAt: timestampFromDate(leavesAt) }) };
  };

/** The ordinary case, in one statement and one round trip. */
async function acceptInOne(
  deps: ApiDeps,
  key: string,
  order: NewBlast,
  about: (blastId: string) => OutboxMessage[],
) {
  const blastId = newId(Date.now());
  const messages = about(blastId);
  const accepted = await deps.database.withAgency(order.agencyId, (tx) =>
    acceptAtOnce(tx, key, order, { blastId, messages }),
  );
  if (accepted === undefined) return undefined;
  return { ...accepted, replayed: false, publish: written(accepted.outboxIds, messages) };
}

function written(ids: readonly string[], messages: readonly OutboxMessage[]): Written[] {
  return messages.map((message, index) => ({ id: ids[index]!, message }));
}

/** Question by question: what was ordered under this key before, or what is wrong with the order. */
async function acceptOrSay(tx: Tx, key: string, order: NewBlast) {
  await requireSendable(tx, order.agencyId);
  const ordered = await orderBlast(tx, key, order);
  const { listId } = order.audience;
  if (!ordered.replayed && listId !== undefined && (await listIsEmpty(tx, listId)))
    throw emptyAudience(listId);
  return { ...ordered, leavesAt: await countdownOf(tx, ordered.blastId) };
}

/** The task for list-sender, then the fact for anyone. */
function messagesOf(blastId: string, key: string, order: NewBlast, timeMs: number): OutboxMessage[] {
  const { agencyId, name } = order;
  const lane = laneOf[order.lane];
  const task = create(SendBlastToCustomerListSchema, {
    agencyId,
    lane,
    idempotencyKey: key,
    userId: order.userId ?? "",
    order: { case: "blastId", value: blastId },
  });
  const acceptedAt = timestampFromDate(new Date(timeMs));
  const fact = create(BlastAcceptedSchema, { agencyId, blastId, name, lane, acceptedAt });
  return [
    workEnvelope(SendBlastToCustomerListSchema, task, { source, timeMs }),
    eventEnvelope(BlastAcceptedSchema, fact, { id: `${blastId}:accepted`, source, timeMs }),
  ];
}

async function countdownOf(tx: Tx, blastId: string): Promise<Date | null> {
  const blast = await tx
    .selectFrom("blasts")
    .select("leaves_at")
    .where("id", "=", blastId)
    .executeTakeFirstOrThrow();
  return blast.leaves_at;
}

async function listIsEmpty(tx: Tx, listId: string): Promise<boolean> {
  const member = await tx
    .selectFrom("customer_list_members")
    .select("customer_id")
    .where("list_id", "=", listId)
    .limit(1)
    .executeTakeFirst();
  return member === undefined;
}

function emptyAudience(listId: string): Error {
  return fail(Code.FailedPrecondition, {
    reason: "empty_audience",
    message: `The customer list ${listId} is empty, so there is nobody to send to.`,
    field: "audience.list_id",
    hint: "Add customers to the list, or choose another audience.",
  });
}
