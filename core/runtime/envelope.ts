import { randomFillSync } from "node:crypto";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { fromBinary, fromJsonString, toBinary } from "@bufbuild/protobuf";
import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { eventContract, workContract, workSubject } from "./contract.ts";
import { violationsOf } from "./validation.ts";

/** A message ready to publish: CloudEvents in binary mode on NATS (https://github.com/cloudevents/spec, NATS binding). */
export type Envelope = {
  subject: string;
  readonly headers: Record<string, string>;
  body: Uint8Array;
  /** From a maker of thousands that has it ready: what `headers` says, as it goes over the wire. Whoever changes headers leaves it out. */
  wire?: WireHeaders;
};

/**
 * `id` is the value of `Nats-Msg-Id` and `ce-id`, and no other message that is published with this one has it; `rest` are all other headers as lines of
 * `Name: value` with their ends. All ASCII, and checked by whoever made them.
 */
export type WireHeaders = { readonly id: string; readonly rest: string };

/** The fields that every task has. */
export type WorkFields = { agencyId: string; lane: Lane; idempotencyKey: string };

/** Why a body is no message of the expected type. `detail` is a sentence for people. */
export type DecodeProblem = { problem: "undecodable" | "invalid" | "wrong_type"; detail: string };

const protobufContentType = "application/protobuf";
const jsonContentType = "application/json";
const openingBrace = 0x7b;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The envelope of a task, on the subject of its lane and agency. `source` is the program, `timeMs` its clock. */
export function workEnvelope<D extends DescMessage>(
  desc: D,
  message: MessageShape<D> & WorkFields,
  o: { source: string; traceparent?: string; timeMs: number },
): Envelope {
  const { agencyId, lane, idempotencyKey } = message;
  const id = `${agencyId}:${idempotencyKey}`;
  return {
    subject: workSubject(workContract(desc), lane, agencyId),
    headers: cloudEventHeaders(desc, { ...o, id }),
    body: toBinary(desc, message),
  };
}

/** The envelope of a fact. `id` says which fact it is: the same id is the same fact. */
export function eventEnvelope<D extends DescMessage>(
  desc: D,
  message: MessageShape<D> & { agencyId: string },
  o: { id: string; source: string; timeMs: number; traceparent?: string },
): Envelope {
  return {
    subject: eventContract(desc).subject(message.agencyId),
    headers: cloudEventHeaders(desc, o),
    body: toBinary(desc, message),
  };
}

/**
 * The message in a body: binary protobuf, or JSON when the content type says so or when there is none and the body starts
 * with `{` (no binary body of ours can), so that `nats pub` works by hand. Checked against the rules of its contract.
 */
export function decode<D extends DescMessage>(
  desc: D,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): MessageShape<D> | DecodeProblem {
  return decodeBy(desc, (name) => header(headers, name), body);
}

/** The same for headers that are read one by one. `headerOf` finds a header by its name in lower case, however it is spelt. */
export function decodeBy<D extends DescMessage>(
  desc: D,
  headerOf: (lowerCaseName: string) => string | undefined,
  body: Uint8Array,
): MessageShape<D> | DecodeProblem {
  const type = headerOf("ce-type");
  if (type !== undefined && type !== desc.typeName) {
    return {
      problem: "wrong_type",
      detail: `The header ce-type says ${type}; this queue carries ${desc.typeName}.`,
    };
  }
  let message: MessageShape<D>;
  const json = isJson(headerOf, body);
  try {
    // Unknown fields are refused in JSON, where they are a person's typing error, and kept in binary, where they are a newer contract.
    message = json ? fromJsonString(desc, utf8.decode(body)) : fromBinary(desc, body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      problem: "undecodable",
      detail: `The body is no ${desc.typeName} in ${json ? "JSON" : "protobuf"}: ${why}`,
    };
  }
  const detail = violationsOf(desc, message);
  return detail === undefined ? message : { problem: "invalid", detail };
}

/** Tells a problem from a message. */
export function isProblem(decoded: object): decoded is DecodeProblem {
  return "problem" in decoded && !("$typeName" in decoded);
}

/** A new W3C trace context (https://www.w3.org/TR/trace-context/), sampled. */
export function newTraceparent(): string {
  const hex = randomFillSync(Buffer.allocUnsafe(24)).toString("hex");
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}

function cloudEventHeaders(
  desc: DescMessage,
  o: { id: string; source: string; timeMs: number; traceparent?: string },
): Record<string, string> {
  const id = headerValue(o.id);
  return {
    "Nats-Msg-Id": id,
    "ce-specversion": "1.0",
    "ce-id": id,
    "ce-type": desc.typeName,
    "ce-source": headerValue(o.source),
    "ce-time": new Date(o.timeMs).toISOString(),
    "ce-datacontenttype": protobufContentType,
    traceparent: o.traceparent ?? newTraceparent(),
  };
}

// CloudEvents' NATS binding, 3.1.3.2: all but printable ASCII, and %, ", space, is percent-encoded. It also keeps CR and LF out of headers.
function headerValue(value: string): string {
  return /^[\x21\x23\x24\x26-\x7e]*$/.test(value)
    ? value
    : value.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]/gu, (char) => encodeURIComponent(char));
}

function isJson(headerOf: (lowerCaseName: string) => string | undefined, body: Uint8Array): boolean {
  const type = headerOf("ce-datacontenttype") ?? headerOf("content-type");
  return type === undefined ? body[0] === openingBrace : type.toLowerCase().startsWith(jsonContentType);
}

/** A header by its name in lower case. Names keep their spelling on NATS; people write Content-Type in several. */
export function header(headers: Readonly<Record<string, string>>, lowerCaseName: string): string | undefined {
  const exact = headers[lowerCaseName];
  if (exact !== undefined) return exact;
  for (const name in headers)
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return headers[name];
  return undefined;
}
