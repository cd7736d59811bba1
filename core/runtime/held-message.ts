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
  ack: () => void;
  /** Gives it back; the broker hands it out again after `delayMs`, 0 is at once. */
  nak: (delayMs: number) => void;
  /** Takes it off the queue for good, undone. */
  term: (reason: string) => void;
  /** Tells the broker that somebody is still at it. */
  working: () => void;
};

const ackPayload = new TextEncoder().encode("+ACK");
const workingPayload = new TextEncoder().encode("+WPI");
const nanosecondsPerMs = 1e6;
// Nats-Batch-* and Nats-Expected-* were orders to the broker at publication, not part of the message.
const publicationHeader = /^Nats-(?:Batch|Expected)-/i;

/** Undefined when the reply subject is none of JetStream's. */
export function heldMessage(connection: NatsConnection, msg: Msg): HeldMessage | undefined {
  const place = parseReply(msg.reply);
  if (place === undefined) return undefined;
  const reply = msg.reply as string;
  let headers: Record<string, string> | undefined;
  const settle = (payload: Uint8Array | string) => {
    if (held.settled) return;
    held.settled = true;
    connection.publish(reply, payload);
  };
  const held: HeldMessage = {
    subject: msg.subject,
    body: msg.data,
    get headers() {
      return (headers ??= headersOf(msg));
    },
    ...place,
    heldAtMs: Date.now(),
    settled: false,
    ack: () => settle(ackPayload),
    nak: (delayMs) =>
      settle(delayMs > 0 ? `-NAK {"delay":${Math.round(delayMs * nanosecondsPerMs)}}` : "-NAK"),
    term: (reason) => settle(`+TERM ${reason}`),
    working: () => {
      if (!held.settled) connection.publish(reply, workingPayload);
    },
  };
  return held;
}

function parseReply(reply: string | undefined) {
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

function headersOf(msg: Msg): Record<string, string> {
  const record: Record<string, string> = {};
  if (msg.headers === undefined) return record;
  for (const [name, values] of msg.headers) {
    if (!publicationHeader.test(name)) record[name] = values[0] ?? "";
  }
  return record;
}
