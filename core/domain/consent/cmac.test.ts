import { expect, test } from "vitest";
import { cmacOfBlocks } from "./cmac.ts";

const hex = (text: string) => Buffer.from(text, "hex");
// NIST SP 800-38B, examples of AES-256: the second has one whole block.
const key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
const message = hex("6bc1bee22e409f96e93d7e117393172a");
const tag = "28a7023f452e8f82bd4bf28d8c37c35c";

test("a block has the tag of the standard's example, alone and among others", () => {
  expect(cmacOfBlocks(key, message).toString("hex")).toBe(tag);
  const other = hex("00000000000000000000000000000000");
  const tags = cmacOfBlocks(key, Buffer.concat([other, message, other]));
  expect(tags.subarray(16, 32).toString("hex")).toBe(tag);
  expect(tags.subarray(0, 16)).toEqual(tags.subarray(32));
  expect(tags.subarray(0, 16)).toEqual(cmacOfBlocks(key, other));
});

test("what is no whole block is refused", () => {
  expect(() => cmacOfBlocks(key, message.subarray(1))).toThrow("15 bytes are no whole blocks of 16");
});
