import type { Msg, NatsConnection } from "@nats-io/transport-node";

/**
 * A message that the broker handed to this process and that is not settled yet. The client library wraps only messages that
 * its own pull loop fetched, and that loop buffers where neither heartbeat nor drain can reach, so this reads the reply subject itself:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<consumer sequence>.<ns>.<pending>`, or with domain and account after ACK (ADR-15 of nats-architecture-and-design).
 */
export type HeldMessage = {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers: Record<string, string>;
  readonly stream: string;
  readonly sequence: number;
  /** How often it was handed out, this time included. */
  readonly deliveries: number;
  readonly publishedAtMs: number;
  heldAtMs: number;
  settled: boolean;
  ack(): void;
  /** Gives it back; the broker hands it out again after `delayMs`, 0 is at once. */
  nak(delayMs: number): void;
  /** Takes it off the queue for good, undone. */
  term(reason: string): void;
  /** Tells the broker that somebody is still at it. */
  working(): void;
};

const ackPayload = new TextEncoder().encode("+ACK");
const workingPayload = new TextEncoder().encode("+WPI");
const nanosecondsPerMs = 1e6;
// Nats-Batch-* and Nats-Expected-* were orders to the broker at publication, not part of the message.
const publicationHeader = /^Nats-(?:Batch|Expected)-/;

/** Undefined when the reply subject is none of JetStream's. */
export function heldMessage(connection: NatsConnection, msg: Msg): HeldMessage | undefined {
  const { reply } = msg;
  const place = parseReply(reply);
  return place === undefined ? undefined : new Held(connection, msg, reply as string, place);
}

// A class, for thousands of these wait at once: functions of their own would be most of each one's memory.
class Held implements HeldMessage {
  readonly #connection: NatsConnection;
  readonly #msg: Msg;
  readonly #reply: string;
  #headers: Record<string, string> | undefined;
  readonly subject: string;
  readonly stream: string;
  readonly sequence: number;
  readonly deliveries: number;
  readonly publishedAtMs: number;
  heldAtMs = Date.now();
  settled = false;

  constructor(connection: NatsConnection, msg: Msg, reply: string, place: Place) {
    this.#connection = connection;
    this.#msg = msg;
    this.#reply = reply;
    this.subject = msg.subject;
    this.stream = place.stream;
    this.sequence = place.sequence;
    this.deliveries = place.deliveries;
    this.publishedAtMs = place.publishedAtMs;
  }

  get body(): Uint8Array {
    return this.#msg.data;
  }

  get headers(): Record<string, string> {
    return (this.#headers ??= headersOf(this.#msg));
  }

  ack(): void {
    this.#settle(ackPayload);
  }

  nak(delayMs: number): void {
    this.#settle(delayMs > 0 ? `-NAK {"delay":${Math.round(delayMs * nanosecondsPerMs)}}` : "-NAK");
  }

  term(reason: string): void {
    this.#settle(`+TERM ${reason}`);
  }

  working(): void {
    if (!this.settled) this.#connection.publish(this.#reply, workingPayload);
  }

  #settle(payload: Uint8Array | string): void {
    if (this.settled) return;
    this.settled = true;
    this.#connection.publish(this.#reply, payload);
  }
}

type Place = Pick<HeldMessage, "stream" | "sequence" | "deliveries" | "publishedAtMs">;

function parseReply(reply: string | undefined): Place | undefined {
  if (!reply?.startsWith("$JS.ACK.")) return undefined;
  const tokens = reply.split(".");
  const first = tokens.length === 9 ? 2 : 4;
  const [stream, , deliveries, sequence, , publishedNs] = tokens.slice(first);
  if (stream === undefined || publishedNs === undefined) return undefined;
  return {
    stream,
    sequence: Number(sequence),
    deliveries: Number(deliveries),
    publishedAtMs: Math.floor(Number(publishedNs) / nanosecondsPerMs),
  };
}

// The library's own reading costs a fifth of all that a mail costs its sender, for a check of names that the broker has made; so the block is
// read here. Where a later library keeps it elsewhere, the library reads it.
type WithBlock = { _msg?: { hdr?: number }; _rdata?: Uint8Array };
const decoder = new TextDecoder();

function headersOf(msg: Msg): Record<string, string> {
  const record: Record<string, string> = {};
  const { _msg: place, _rdata: bytes } = msg as unknown as WithBlock;
  if (typeof place?.hdr === "number" && bytes instanceof Uint8Array) {
    if (place.hdr > 0) readBlock(decoder.decode(bytes.subarray(0, place.hdr)), record);
    return record;
  }
  for (const [name, values] of msg.headers ?? []) keep(record, name, values[0] ?? "");
  return record;
}

/** `NATS/1.0`, then lines of `Name: value` (ADR-4 of nats-architecture-and-design). The first of a name counts. */
function readBlock(block: string, record: Record<string, string>): void {
  for (let from = block.indexOf("\r\n") + 2; from > 1 && from < block.length;) {
    const end = block.indexOf("\r\n", from);
    const line = block.slice(from, end < 0 ? block.length : end);
    const colon = line.indexOf(":");
    if (colon > -1) keep(record, line.slice(0, colon), line.slice(colon + 1).trim());
    from = end < 0 ? block.length : end + 2;
  }
}

function keep(record: Record<string, string>, name: string, value: string): void {
  if (!Object.hasOwn(record, name) && !(name.startsWith("N") && publicationHeader.test(name)))
    record[name] = value;
}
