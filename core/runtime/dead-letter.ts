import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { headers as natsHeaders } from "@nats-io/transport-node";
import type { DeadLettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import type { Envelope } from "./envelope.ts";
import { eventEnvelope } from "./envelope.ts";
import type { HeldMessage } from "./held-message.ts";

/** Why a message was given up on. */
export type DeadLetterReason = "undecodable" | "invalid" | "rejected" | "failures_spent";

export type DeadLetterCause = { reason: DeadLetterReason; detail: string; failures: number };

const agencyToken = /^[0-9a-zA-Z_-]{1,64}$/;
const unknownAgency = "unknown";
const storeTimeoutMs = 5_000;
// A validation of a hostile body can say as much as the body itself.
const maxDetailChars = 2_000;

/** The event that keeps a message whole. The same message gives the same id, so storing it twice is storing it once. */
export function deadLettered(
  message: HeldMessage,
  cause: DeadLetterCause,
  o: { typeName: string; durable: string; worker: string; timeMs: number },
): DeadLettered {
  const agency = message.subject.split(".")[4];
  return create(DeadLetteredSchema, {
    id: `${message.stream}:${message.sequence}:${message.publishedAtMs}`,
    agencyId: agency !== undefined && agencyToken.test(agency) ? agency : unknownAgency,
    stream: message.stream,
    subject: message.subject,
    durable: o.durable,
    messageType: o.typeName,
    reason: cause.reason,
    detail: cause.detail.toWellFormed().slice(0, maxDetailChars),
    headers: message.headers,
    body: message.body,
    deliveries: message.deliveries,
    failures: cause.failures,
    deadLetteredAt: timestampFromMs(o.timeMs),
    worker: o.worker,
  });
}

/** Publishes a dead letter; resolves when the broker has stored it, rejects when it may not have. */
export async function storeDeadLetter(
  connection: NatsConnection,
  letter: DeadLettered,
  timeMs: number,
): Promise<void> {
  const traceparent = letter.headers["traceparent"];
  const { subject, headers, body } = eventEnvelope(DeadLetteredSchema, letter, {
    id: letter.id,
    source: letter.worker,
    timeMs,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  const encoded = natsHeaders();
  for (const [name, value] of Object.entries(headers)) encoded.append(name, value);
  await jetstream(connection).publish(subject, body, { headers: encoded, timeout: storeTimeoutMs });
}

/**
 * The message of a dead letter, to be published again as it was. Only `Nats-Msg-Id` differs (`timeMs` is in it), else the broker
 * would drop it within the duplicate window as one it has seen.
 */
export function requeueEnvelope(letter: DeadLettered, timeMs: number): Envelope {
  const headers = { ...letter.headers, "Nats-Msg-Id": `${letter.id}:requeued:${timeMs}` };
  return { subject: letter.subject, headers, body: letter.body };
}
