import { toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FactSchema } from "#gen/fanfare/event/v1/facts_pb.js";
import { factOf, type FactRow } from "./fact-rows.ts";
import { writeFact } from "./write-fact.ts";

const text = fc.string({ unit: "grapheme", maxLength: 300 });
const micros = fc.maxSafeNat();
const activity = fc.record({
  part: fc.constant(1 as const),
  agency_id: fc.uuid(),
  source_id: fc.uuid(),
  seq: fc.nat(),
  step: fc.nat({ max: 2_000 }),
  customer_id: fc.uuid(),
  kind: text,
  at_us: micros,
  data: fc.oneof(text, fc.json()),
});
const suppression = fc.record({
  part: fc.constant(2 as const),
  agency_id: fc.uuid(),
  version: fc.maxSafeNat(),
  removed: fc.boolean(),
  address_key: text,
  reason: text,
  source: text,
  at_us: micros,
});

it("writes each kind of fact as the library does", () => {
  fc.assert(
    fc.property(fc.oneof(activity, suppression), (row: FactRow) => {
      const written = Buffer.from(writeFact(row), "latin1");
      expect(written).toEqual(Buffer.from(toBinary(FactSchema, factOf(row))));
    }),
    { numRuns: 1_000 },
  );
});
