import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { BlastService, ExplainDeliveryRequest } from "#gen/fanfare/api/v1/blast_pb.js";
import { deliveryFacts, type DeliveryKey } from "#core/adapters/postgres/deliveries-read/delivery-facts.ts";
import { parseDeliveryId } from "#core/domain/delivery/id.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { deliveryMessage } from "./delivery-message.ts";
import { summary } from "./explain/summary.ts";
import { decisionMessage, timeline } from "./explain/timeline.ts";

// Mailgun's log lags by up to half an hour; an api without a setting believes what the scheduler believes without one.
const defaultLagMs = 45 * 60_000;

/** Every decision about one delivery with its time and evidence, and one sentence that says how it stands. */
export const explainDelivery =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["explainDelivery"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const key = readKey(request);
    const facts = await deps.database.withAgency(agencyId, (tx) => deliveryFacts(tx, agencyId, key));
    if (facts === undefined) throw unknown(request);
    return {
      delivery: deliveryMessage(facts),
      decisions: timeline(facts).map(decisionMessage),
      summary: summary(facts, deps.config.providerLagMs ?? defaultLagMs),
    };
  };

function readKey({ deliveryId, blastId, customerId }: ExplainDeliveryRequest): DeliveryKey {
  if (deliveryId !== "") {
    const key = parseDeliveryId(deliveryId.toLowerCase());
    // A sequence is a PostgreSQL int; past it there is nothing.
    if (key !== undefined && key.seq <= 2_147_483_647) return key;
    throw fail(Code.InvalidArgument, {
      reason: "invalid_delivery_id",
      message: `${JSON.stringify(deliveryId)} is no delivery id.`,
      field: "delivery_id",
      hint: "It is <blast id>.<sequence>; ListDeliveries shows it. Or give blast_id and customer_id.",
    });
  }
  if (blastId !== "" && customerId !== "") return { blastId, customerId };
  throw fail(Code.InvalidArgument, {
    reason: "delivery_not_named",
    message: "The call does not say which delivery.",
    field: "delivery_id",
    hint: "Give delivery_id, or blast_id together with customer_id.",
  });
}

function unknown({ deliveryId, blastId, customerId }: ExplainDeliveryRequest) {
  if (deliveryId !== "") return notFound("delivery", deliveryId, "delivery_id");
  return fail(Code.NotFound, {
    reason: "unknown_delivery",
    message: `The blast ${blastId} has no delivery to the customer ${customerId}.`,
    field: "customer_id",
    hint: "Either there is no such blast, or the customer was not in its audience when that was frozen.",
  });
}
