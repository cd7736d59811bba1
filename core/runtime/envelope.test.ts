import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, it } from "vitest";
import { BlastStartedSchema } from "#gen/fanfare/event/v1/blast_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { decode, eventEnvelope, isProblem } from "./envelope.ts";
import { agencyId, order } from "./worker.fixture.ts";

const text = (body: string) => new TextEncoder().encode(body);

it("wraps a task as a CloudEvent on the subject of its lane and agency", () => {
  const { subject, headers, body } = order("key");
  expect(subject).toBe(`fanfare.work.customer.standard.${agencyId}`);
  expect(headers).toMatchObject({
    "Nats-Msg-Id": `${agencyId}:key`,
    "ce-id": `${agencyId}:key`,
    "ce-type": "fanfare.work.v1.SendBlastToCustomer",
    "ce-specversion": "1.0",
    "ce-time": "1970-01-01T00:00:00.000Z",
    "ce-datacontenttype": "application/protobuf",
  });
  expect(headers["traceparent"]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(decode(SendBlastToCustomerSchema, headers, body)).toMatchObject({ idempotencyKey: "key" });
});

it("passes a trace on", () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const message = create(BlastStartedSchema, { agencyId });
  const { headers } = eventEnvelope(BlastStartedSchema, message, {
    id: "1",
    source: "test",
    timeMs: 0,
    traceparent,
  });
  expect(headers["traceparent"]).toBe(traceparent);
});

it("lets no idempotency key break out of its header", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), (key) => {
      expect(order(key.toWellFormed()).headers["Nats-Msg-Id"]).toMatch(/^[\x21-\x7e]+$/);
    }),
  );
});

it("never throws, whatever the body is", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom({}, { "Content-Type": "application/json" }),
      (body, headers) => {
        expect(decode(SendBlastToCustomerSchema, headers as Record<string, string>, body)).toBeTypeOf(
          "object",
        );
      },
    ),
  );
});

it.each([
  [
    "the content type, however it is spelt",
    { "content-TYPE": "application/json; charset=utf-8" },
    ' {"agencyId": "x"}',
    "invalid",
  ],
  ["a first brace when there is no content type", {}, '{"agencyId": "x"}', "invalid"],
  [
    "neither when the content type says protobuf",
    { "ce-datacontenttype": "application/protobuf" },
    "{",
    "undecodable",
  ],
  ["JSON with a field that does not exist", {}, '{"agency": "x"}', "undecodable"],
  ["another type's name", { "ce-type": "acme.v1.Other" }, "", "wrong_type"],
])("tells JSON by %s", (_, headers, body, problem) => {
  const decoded = decode(SendBlastToCustomerSchema, headers as Record<string, string>, text(body));
  expect(isProblem(decoded) && decoded.problem).toBe(problem);
});

it("tells the rule that is broken, and never all of ten thousand", () => {
  const empty = toBinary(SendBlastToCustomerSchema, create(SendBlastToCustomerSchema));
  expect(decode(SendBlastToCustomerSchema, {}, empty)).toMatchObject({
    problem: "invalid",
    detail: expect.stringContaining("agency_id"),
  });
});
