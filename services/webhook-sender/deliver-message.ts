// One try of one message: sign, post, decide, record. At least once: a sender that dies after the end point took the message and before the
// row says so leaves a lease that runs out, and the message comes again under the same id, by which receivers know it.
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { TriedMessage } from "#core/adapters/postgres/webhooks/record-attempt.ts";
import type { Answer } from "#core/adapters/webhooks/post.ts";
import { signedHeaders } from "#core/adapters/webhooks/sign.ts";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import { fullJitter, retryForever } from "#core/runtime/retry.ts";
import { WebhookEndpointDisabledSchema } from "#gen/fanfare/event/v1/webhook_pb.js";
import type { ClaimedMessage, WebhookSenderDeps } from "./deps.ts";
import { payloadOf } from "./payload.ts";

// With spans of 10 s, 20 s, 40 s … up to 6 h, and a random part of each, the 19th comes after a day on average (and after two at most).
export const maxTries = 19;
const backoffMaxMs = 6 * 3_600_000;
// Long enough for a weekend and the Monday after it.
const patienceMs = 5 * 24 * 3_600_000;
const gone = 410;
// A database that is away: the result is worth some tries, and then the lease, which runs out, says the same.
const recordInitialMs = 100;
const recordMaxMs = 2_000;

/** Never throws: what cannot be recorded is tried again by whoever finds the lease over. */
export async function deliverMessage(deps: WebhookSenderDeps, message: ClaimedMessage): Promise<void> {
  const startedMs = deps.monotonicMs();
  const answer = await tryOnce(deps, message);
  const tried = decide(deps, message, answer, deps.monotonicMs() - startedMs);
  deps.onTried?.(tried.result);
  const about = { messageId: message.id, endpointId: message.endpoint_id, attempt: message.attempt };
  try {
    const disabled = await retryForever(
      () =>
        deps.store.record(message, tried, patienceMs, (reason, at) =>
          announcement(deps, message, reason, at),
        ),
      { initialMs: recordInitialMs, maxMs: recordMaxMs, signal: AbortSignal.timeout(deps.timeoutMs) },
    );
    if (disabled) deps.log.warn(about, "an end point was switched off");
  } catch (error) {
    deps.log.warn(
      { err: error, ...about },
      "a try could not be recorded; it is repeated when its lease is over",
    );
  }
}

async function tryOnce(deps: WebhookSenderDeps, message: ClaimedMessage): Promise<Answer> {
  try {
    const body = payloadOf(message);
    const headers = signedHeaders({ id: message.id, timeMs: deps.nowMs(), body }, message.secrets);
    return await deps.post(message.url, { headers, body, timeoutMs: deps.timeoutMs });
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

function decide(
  deps: WebhookSenderDeps,
  message: ClaimedMessage,
  answer: Answer,
  tookMs: number,
): TriedMessage {
  const status = answer.kind === "answered" ? answer.status : 0;
  const told = {
    status,
    response: answer.kind === "answered" ? answer.response : "",
    error: answer.kind === "failed" ? answer.error : "",
    tookMs,
    delayMs: 0,
  };
  if (status >= 200 && status < 300) return { ...told, result: "delivered" };
  if (status >= 300 && status < 400) told.error = "Redirects are not followed.";
  if (status === gone) return { ...told, result: "gone" };
  const failures = message.failures + 1;
  if (failures >= maxTries) return { ...told, result: "failed" };
  const delayMs = fullJitter(failures, deps.backoffInitialMs, backoffMaxMs, deps.random());
  return { ...told, result: "again", delayMs };
}

function announcement(deps: WebhookSenderDeps, message: ClaimedMessage, reason: string, at: Date) {
  const { agency_id: agencyId, endpoint_id: endpointId } = message;
  const fact = create(WebhookEndpointDisabledSchema, {
    agencyId,
    endpointId,
    reason,
    disabledAt: timestampFromDate(at),
  });
  const id = `${endpointId}:disabled:${at.getTime()}`;
  return eventEnvelope(WebhookEndpointDisabledSchema, fact, { id, source: deps.name, timeMs: at.getTime() });
}
