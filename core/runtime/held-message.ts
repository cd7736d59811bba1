import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { blockOf, headerIn, headersOf } from "./header-block.ts";

/**
 * A message that the broker handed to this process and that is not settled yet. The client library wraps only messages that
 * its own pull loop fetched, and that loop buffers where neither heartbeat nor drain can reach, so this reads the reply subject itself:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<consumer sequence>.<ns>.<pending>`, or with domain and account after ACK (ADR-15 of nats-architecture-and-design).
 */
export type HeldMessage = {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers: Record<string, string>;
  /** The header of exactly this name, without reading the others. */
  header(name: string): string | undefined;
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

// The broker takes an empty payload for +ACK (docs.nats.io, JetStream's acknowledgements), and then has nothing to copy and compare.
const ackPayload = new Uint8Array(0);
const workingPayload = new TextEncoder().encode("+WPI");
const nanosecondsPerMs = 1e6;
const nanosecondDigits = 6;

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
  #block: string | undefined;
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
    return (this.#headers ??= headersOf(this.#msg, (this.#block ??= blockOf(this.#msg))));
  }

  header(name: string): string | undefined {
    const block = (this.#block ??= blockOf(this.#msg));
    return block === undefined ? this.headers[name] : headerIn(block, name);
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
  const dots: number[] = [];
  for (let at = 0; (at = reply.indexOf(".", at)) >= 0; at += 1) dots.push(at);
  // Only what is asked for is cut out: there is one of these for each mail.
  const first = dots.length === 8 ? 2 : 4;
  const published = dots[first + 5];
  if (published === undefined) return undefined;
  const token = (index: number) => reply.slice((dots[first + index - 1] as number) + 1, dots[first + index]);
  return {
    stream: token(0),
    sequence: Number(token(3)),
    deliveries: Number(token(2)),
    // Without its last six digits; as a number of nanoseconds it would be rounded, and now and then up.
    publishedAtMs: Number(token(5).slice(0, -nanosecondDigits)),
  };
}
