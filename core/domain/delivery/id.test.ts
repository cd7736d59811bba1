import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDeliveryId, formatRid, parseDeliveryId, parseRid } from "./id.ts";

const blastId = "0197a3c4-0000-7000-8000-000000000003";

test("ids and correlation ids read back as what they were made of", () => {
  const seqs = fc.integer({ min: 1, max: 2 ** 31 - 1 });
  const attempts = fc.integer({ min: 1, max: 32_767 });
  fc.assert(
    fc.property(fc.uuid(), seqs, attempts, (id, seq, attempt) => {
      expect(parseDeliveryId(formatDeliveryId(id, seq))).toEqual({ blastId: id, seq });
      expect(parseRid(formatRid(id, seq, attempt))).toEqual({ blastId: id, seq, attempt });
    }),
  );
});

test.each([
  "",
  "x",
  blastId,
  `${blastId}.0`,
  `${blastId}.-1`,
  `${blastId}.1x`,
  ` ${blastId}.1`,
  `${blastId}.01`,
  `${blastId}.1\n`,
])("%j is no delivery", (text) => {
  expect(parseDeliveryId(text)).toBeUndefined();
  expect(parseRid(`${text}/1`)).toBeUndefined();
});

test.each(["", "/", "/0", "/01", "/-1", "/1/1", "/100000", "/1 "])(
  "a delivery with %j behind it is no try",
  (tail) => {
    expect(parseRid(`${blastId}.1${tail}`)).toBeUndefined();
  },
);
