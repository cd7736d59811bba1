import fc from "fast-check";
import { expect, it } from "vitest";
import { decode } from "#core/runtime/envelope.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { deliveryEnvelopes, envelopeOf } from "./delivery-envelopes.ts";

const about = { source: "list-sender@host:17", timeMs: Date.UTC(2026, 10, 22, 12) };
const blasts = fc.record({
  id: fc.uuid(),
  agency_id: fc.uuid(),
  lane: fc.constantFrom("urgent" as const, "standard" as const, "bulk" as const),
  release_round: fc.nat(),
});
// Numbers of one to five bytes, and the ends of each.
const seqs = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  fc.constantFrom(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, 2 ** 31 - 1),
);
const rows = fc.array(fc.record({ seq: seqs, customer_id: fc.uuid() }), { minLength: 1, maxLength: 5 });

it("makes each message as one that is made like every other, but for the trace", () => {
  fc.assert(
    fc.property(blasts, rows, (blast, portion) => {
      const made = deliveryEnvelopes(blast, portion, about);
      expect(made).toHaveLength(portion.length);
      for (const [index, row] of portion.entries()) {
        const { subject, headers, body } = made[index]!;
        const like = envelopeOf(blast, row, about);
        const { traceparent: _, ...untraced } = like.headers;
        expect(subject).toBe(like.subject);
        expect(headers).toEqual(untraced);
        expect(Buffer.from(body)).toEqual(Buffer.from(like.body));
        expect(decode(SendBlastToCustomerSchema, headers, body)).toMatchObject({
          customerId: row.customer_id,
          order: { case: "delivery", value: { blastId: blast.id, sequence: row.seq } },
        });
      }
    }),
  );
});

it("has the headers ready as they go over the wire", () => {
  fc.assert(
    fc.property(blasts, rows, (blast, portion) => {
      for (const { headers, wire } of deliveryEnvelopes(blast, portion, about)) {
        const lines = wire!.rest.split("\r\n");
        expect(lines.pop()).toBe("");
        const ids = { "Nats-Msg-Id": wire!.id, "ce-id": wire!.id };
        expect({ ...ids, ...Object.fromEntries(lines.map((line) => line.split(": "))) }).toEqual(headers);
        expect(wire!.id + lines.join("")).toMatch(/^[\x20-\x7e]+$/);
      }
    }),
  );
});

it("makes nothing of no rows", () => {
  const blast = { id: "b", agency_id: "a", lane: "bulk" as const, release_round: 0 };
  expect(deliveryEnvelopes(blast, [], about)).toEqual([]);
});
