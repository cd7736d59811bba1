// The messages of one blast's deliveries. They differ in a number and a customer, and there is one for every mail: the first of each shape is made like
// every other message, and the others by setting theirs into its bytes. A test holds each against the one that is made like every other.
import { create } from "@bufbuild/protobuf";
import type { PortionRow } from "#core/adapters/postgres/blasts/feed.ts";
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import { formatDeliveryId } from "#core/domain/delivery/id.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { workEnvelope, type Envelope, type WireHeaders } from "#core/runtime/envelope.ts";
import { byteString, varint } from "#core/runtime/wire.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";

/** What of a blast its messages say. */
export type ReleasedBlast = Pick<FedBlast, "id" | "agency_id" | "lane" | "release_round">;

type About = { source: string; timeMs: number };

/** One envelope for each row, in their order. `source` is the program, `timeMs` its clock. */
export function deliveryEnvelopes(
  blast: ReleasedBlast,
  rows: readonly PortionRow[],
  about: About,
): Envelope[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { subject, headers } = envelopeOf(blast, first, about);
  // No span of anybody's stands behind a round of the feeder, so there is no trace to carry on. The broker looks into each message for one, and
  // where it finds it sampled makes a map of the headers: a twelfth of all its work.
  const { "Nats-Msg-Id": _id, "ce-id": _ceId, traceparent: _trace, ...common } = headers;
  const rest = linesOf(common);
  const bodyOf = bodyWriter(blast, about);
  return rows.map((row) => {
    const key = releaseKey(blast, row.seq);
    return new DeliveryEnvelope(subject, common, { id: `${blast.agency_id}:${key}`, rest }, bodyOf(row, key));
  });
}

// A class, so that the record of headers is made only for whoever asks for it: the publisher does not.
class DeliveryEnvelope implements Envelope {
  readonly subject: string;
  readonly wire: WireHeaders;
  readonly body: Uint8Array;
  readonly #common: Record<string, string>;

  constructor(subject: string, common: Record<string, string>, wire: WireHeaders, body: Uint8Array) {
    this.subject = subject;
    this.wire = wire;
    this.body = body;
    this.#common = common;
  }

  get headers(): Record<string, string> {
    return { "Nats-Msg-Id": this.wire.id, "ce-id": this.wire.id, ...this.#common };
  }
}

/** As every other message is made. */
export function envelopeOf(blast: ReleasedBlast, row: PortionRow, about: About): Envelope {
  const message = create(SendBlastToCustomerSchema, {
    agencyId: blast.agency_id,
    lane: laneOf[blast.lane],
    idempotencyKey: releaseKey(blast, row.seq),
    customerId: row.customer_id,
    order: { case: "delivery", value: { blastId: blast.id, sequence: row.seq } },
  });
  return workEnvelope(SendBlastToCustomerSchema, message, about);
}

function linesOf(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

function releaseKey(blast: ReleasedBlast, seq: number): string {
  const id = formatDeliveryId(blast.id, seq);
  return blast.release_round === 0 ? id : `${id}~${blast.release_round}`;
}

/** What stands before the key, between it and the customer, and between that and the number. */
type Shape = { before: string; between: string; after: string };

function bodyWriter(blast: ReleasedBlast, about: About): (row: PortionRow, key: string) => Uint8Array {
  // By the length of key, customer and number: a handful, and one nearly always.
  const shapes = new Map<number, Shape>();
  return (row, key) => {
    const number = varint(row.seq);
    const lengths = (key.length * 256 + row.customer_id.length) * 8 + number.length;
    let shape = shapes.get(lengths);
    if (shape === undefined)
      shapes.set(
        lengths,
        (shape = shapeOf(envelopeOf(blast, row, about).body, key, row.customer_id, number)),
      );
    const { before, between, after } = shape;
    return Buffer.from(`${before}${key}${between}${row.customer_id}${after}${number}`, "latin1");
  };
}

function shapeOf(body: Uint8Array, key: string, customer: string, number: string): Shape {
  const text = byteString(body);
  const keyAt = text.indexOf(key);
  const customerAt = text.indexOf(customer, keyAt + key.length);
  return {
    before: text.slice(0, keyAt),
    between: text.slice(keyAt + key.length, customerAt),
    after: text.slice(customerAt + customer.length, text.length - number.length),
  };
}
