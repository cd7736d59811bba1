import { create } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import { quickCheckOf } from "./quick-check.ts";

const id = "0197a3c4-0000-7000-8000-000000000003";
const validator = createValidator();
const text = fc.oneof(
  fc.constantFrom(
    id,
    id.toUpperCase(),
    "",
    "x",
    `${id} `,
    `\n${id}`,
    "a".repeat(200),
    "a".repeat(201),
    "😀".repeat(150),
  ),
  fc.string({ unit: "binary" }),
);
const delivery = fc.record({ blastId: text, sequence: fc.constantFrom(0, 1, 2 ** 32 - 1) });
const messages = fc
  .record({
    agencyId: text,
    lane: fc.constantFrom(Lane.UNSPECIFIED, Lane.URGENT, Lane.BULK, 99 as Lane),
    idempotencyKey: text,
    customerId: text,
    order: fc.oneof(
      fc.constant({ case: undefined }),
      delivery.map((value) => ({ case: "delivery" as const, value })),
      text.map((templateId) => ({ case: "direct" as const, value: { templateId } })),
    ),
  })
  .map((fields) => create(SendBlastToCustomerSchema, fields as never));

test("what the quick check lets pass the validator lets pass", () => {
  const check = quickCheckOf(SendBlastToCustomerSchema)!;
  fc.assert(
    fc.property(messages, (message) => {
      if (check(message)) expect(validator.validate(SendBlastToCustomerSchema, message).kind).toBe("valid");
    }),
    { numRuns: 2_000 },
  );
});

test("an ordinary delivery passes; each broken field is left to the validator", () => {
  const check = quickCheckOf(SendBlastToCustomerSchema)!;
  const good = { agencyId: id, lane: Lane.BULK, idempotencyKey: "k", customerId: id };
  const order = { case: "delivery" as const, value: { blastId: id, sequence: 1 } };
  const passes = (fields: object) => check(create(SendBlastToCustomerSchema, { ...good, order, ...fields }));
  expect(passes({})).toBe(true);
  for (const broken of [
    { agencyId: "x" },
    { customerId: "" },
    { lane: Lane.UNSPECIFIED },
    { lane: 99 },
    { idempotencyKey: "" },
    { idempotencyKey: "k".repeat(201) },
    { order: { case: undefined } },
    { order: { case: "delivery", value: { blastId: id, sequence: 0 } } },
  ])
    expect(passes(broken), JSON.stringify(broken)).toBe(false);
});

test("a type with rules of other kinds has no check, or one that says nothing", () => {
  const check = quickCheckOf(SendBlastToCustomerListSchema);
  expect(check === undefined || !check(create(SendBlastToCustomerListSchema))).toBe(true);
});
