import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { LaneContract, WorkContract } from "./contract.ts";
import { laneName } from "./contract.ts";
import type { DeadLetterReason } from "./dead-letter.ts";
import type { WorkFields } from "./envelope.ts";
import { decodeBy, header, isProblem } from "./envelope.ts";
import type { HeldMessage } from "./held-message.ts";
import type { WorkItem } from "./work-item.ts";

/** A message that no handler may see, and why. */
export type Refusal = { reason: DeadLetterReason; detail: string };

const traceparentPattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/;

/** Decodes a message and checks it against its contract and its own subject. */
export function admit<D extends DescMessage>(
  desc: D,
  contract: WorkContract,
  lane: LaneContract,
  held: HeldMessage,
): WorkItem<MessageShape<D>> | Refusal {
  const { body } = held;
  if (body.length > contract.maxMessageBytes) {
    return {
      reason: "invalid",
      detail: `The body has ${body.length} bytes; ${contract.typeName} allows ${contract.maxMessageBytes}.`,
    };
  }
  // Nearly every message has them spelt like this, and then nothing else is read.
  const message = decodeBy(desc, (name) => held.header(name) ?? header(held.headers, name), body);
  if (isProblem(message)) {
    return { reason: message.problem === "invalid" ? "invalid" : "undecodable", detail: message.detail };
  }
  const disagreement = disagreesWithSubject(message as unknown as WorkFields, contract, held.subject);
  if (disagreement !== undefined) return { reason: "invalid", detail: disagreement };
  const traceparent = held.header("traceparent");
  return {
    message,
    subject: held.subject,
    lane: lane.lane,
    messageId: held.header("Nats-Msg-Id") ?? `${held.stream}:${held.sequence}:${held.publishedAtMs}`,
    handedOut: held.deliveries,
    publishedAtMs: held.publishedAtMs,
    ...(traceparent !== undefined && traceparentPattern.test(traceparent) ? { traceparent } : {}),
  };
}

/** Tells a refusal from a work item. */
export function isRefusal(admitted: object): admitted is Refusal {
  return "reason" in admitted;
}

// Broker permissions bind a publisher to the subjects of its agencies and lanes; the body must not say otherwise.
function disagreesWithSubject(
  message: WorkFields,
  contract: WorkContract,
  subject: string,
): string | undefined {
  const said = `fanfare.work.${contract.queue}.${laneName(message.lane)}.${message.agencyId}`;
  if (said === subject) return undefined;
  return `The body's agency_id and lane belong on ${said}, but the message came on ${subject}.`;
}
