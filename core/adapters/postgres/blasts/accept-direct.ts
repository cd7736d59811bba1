import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { reserve } from "../credits/book.ts";
import type { LaneText } from "../schema.ts";
import { resolveTemplateVersion, UnknownReferenceError } from "./accept.ts";
import { addProgress } from "./progress.ts";

export interface NewDirectSend {
  agencyId: string;
  userId: string | undefined;
  customerId: string;
  lane: LaneText;
  templateId: string;
  templateVersion: number;
  customMessage: string;
}

/**
 * Writes a direct send: a blast to one customer whose only delivery is already frozen and released, its credit reserved.
 * Without credit the delivery is SKIPPED(no_credit). Call it under an idempotency key. Answers the blast's id.
 * Throws `UnknownReferenceError` when template or customer do not belong to the agency.
 */
export async function acceptDirectSend(tx: Tx, send: NewDirectSend): Promise<string> {
  const version = await resolveTemplateVersion(tx, send.agencyId, send.templateId, send.templateVersion);
  const customer = await tx
    .selectFrom("customers")
    .select(["email", "address_key"])
    .where("id", "=", send.customerId)
    .where("agency_id", "=", send.agencyId)
    .where("status", "<>", "deleted")
    .executeTakeFirst();
  if (customer === undefined) throw new UnknownReferenceError("customers", [send.customerId]);

  const { id: blastId } = await tx
    .insertInto("blasts")
    .values({
      agency_id: send.agencyId,
      user_id: send.userId ?? null,
      name: "Direct send",
      lane: send.lane,
      direct: true,
      template_id: send.templateId,
      template_version: version,
      custom_message: send.customMessage,
      audience: JSON.stringify({ customers: { ids: [send.customerId] } }),
      state: "sending",
      audience_size: 1,
      eligible: 1,
      released_seq: 1,
      released_count: 1,
      started_at: sql`now()`,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const paid = await reserve(tx, { agencyId: send.agencyId, blastId }, 1);
  await tx
    .insertInto("deliveries")
    .values({
      blast_id: blastId,
      seq: 1,
      agency_id: send.agencyId,
      customer_id: send.customerId,
      address: customer.email,
      address_key: customer.address_key,
      ...(paid ? {} : { state: "skipped" as const, reason: "no_credit", step: 1 }),
    })
    .execute();
  if (!paid) await refuseForCredit(tx, send, blastId);
  return blastId;
}

async function refuseForCredit(tx: Tx, send: NewDirectSend, blastId: string): Promise<void> {
  await addProgress(tx, { agencyId: send.agencyId, blastId }, { skipped: 1 }, { no_credit: 1 });
  await tx
    .insertInto("activities")
    .values({
      source_id: blastId,
      seq: 1,
      step: 1,
      agency_id: send.agencyId,
      customer_id: send.customerId,
      kind: "delivery.skipped",
      data: JSON.stringify({ reason: "no_credit", decided: "when the direct send was accepted" }),
    })
    .execute();
  await tx
    .updateTable("blasts")
    .set({ state: "refused", refusal_reason: "insufficient_credit", completed_at: sql`now()`, eligible: 0 })
    .where("id", "=", blastId)
    .execute();
}
