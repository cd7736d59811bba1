import { expect, test } from "vitest";
import { addHashes, addressOf, fnv1a, sumOfHashes } from "./addresses.ts";

test("the hash is FNV-1a with 32 bits, which the sink uses too", () => {
  // The vectors of the algorithm's authors.
  expect([fnv1a(""), fnv1a("a"), fnv1a("foobar")]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test("a customer who is missed for one who comes twice changes the sum", () => {
  const hashes = [1, 2, 3].map((index) => fnv1a(addressOf("bench", index)));
  expect(hashes.reduce(addHashes, 0)).toBe(sumOfHashes("bench", 3));
  expect([hashes[0]!, hashes[0]!, hashes[2]!].reduce(addHashes, 0)).not.toBe(sumOfHashes("bench", 3));
});
