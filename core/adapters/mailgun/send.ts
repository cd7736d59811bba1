import { classifySend, type MailgunAnswer, type SendResult } from "./classify.ts";
import { buildMessage, isProblem, type MessageFields, type OutgoingBatch } from "./outgoing-batch.ts";
import { watchCall } from "./wire.ts";

/** The part of mailgun.js that sends. */
export type MessagesClient = { create(domain: string, fields: MessageFields): Promise<MailgunAnswer> };

/**
 * Sends one batch in one call and says how it ended; never throws. It does not try again itself: whoever holds the
 * deliveries decides that, after the intent of the next try is committed.
 *
 * Mailgun refuses the whole call when one address is bad (`addressAtFault`) and does not say which one. Since such a
 * refusal is definite, the caller may halve the batch and send both halves as new tries.
 */
export async function sendBatch(
  client: MessagesClient,
  maxTimeoutMs: number,
  batch: OutgoingBatch,
  signal?: AbortSignal,
): Promise<SendResult> {
  const built = buildMessage(batch);
  if (isProblem(built)) return { kind: "rejected", ...built };
  if (signal?.aborted === true)
    return { kind: "retryable", reason: "aborted", evidence: "aborted before the call" };
  const timeoutMs = Math.min(batch.timeoutMs, maxTimeoutMs);
  const watched = await watchCall(() => client.create(batch.domain, built), timeoutMs, signal);
  return classifySend(watched, Date.now());
}
