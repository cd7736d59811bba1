import type { Msg } from "@nats-io/transport-node";
import { headers as natsHeaders } from "@nats-io/transport-node";
import fc from "fast-check";
import { expect, it } from "vitest";
import { blockOf, headerIn, headersOf } from "./header-block.ts";

// As the client's message keeps it: headers and body in one piece, somewhere in what the socket gave.
function messageOf(block: string): Msg {
  const before = 7;
  const bytes = Buffer.from(`${" ".repeat(before)}${block}body`).subarray(before);
  return { _msg: { hdr: Buffer.byteLength(block) }, _rdata: bytes } as unknown as Msg;
}

const block = [
  "NATS/1.0", "Nats-Msg-Id: a:1", "ce-id:  a:1 ", "CE-Type: one", "ce-type: two", "ce-type: three", "x: é, ✓", "empty:", "nats-batch-Id: old",
  "Nats-Expected-Stream: S", "", "",
].join("\r\n"); // prettier-ignore

it("reads headers as they are spelt, the first of a name, without orders to the broker", () => {
  const message = messageOf(block);
  expect(headersOf(message, blockOf(message))).toEqual({
    "Nats-Msg-Id": "a:1", "ce-id": "a:1", "CE-Type": "one", "ce-type": "two", x: "é, ✓", empty: "",
  }); // prettier-ignore
});

it("reads them through the library where it keeps them elsewhere", () => {
  const headers = natsHeaders();
  headers.append("ce-id", "a:1");
  headers.append("Nats-Batch-Id", "old");
  const message = { headers } as unknown as Msg;
  expect(blockOf(message)).toBeUndefined();
  expect(headersOf(message, blockOf(message))).toEqual({ "ce-id": "a:1" });
});

it("finds one header as it finds it among all", () => {
  const name = fc.stringMatching(/^[a-c]{1,2}$/);
  const value = fc.stringMatching(/^[ a-c:]{0,6}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), name, (lines, wanted) => {
      const text = `NATS/1.0\r\n${lines.map(([left, right]) => `${left}:${right}\r\n`).join("")}\r\n`;
      expect(headerIn(text, wanted)).toBe(headersOf(messageOf(text), text)[wanted]);
    }),
  );
});

it("has no headers where there is no block", () => {
  const message = { _msg: { hdr: -1 }, _rdata: Buffer.from("ce-id: body") } as unknown as Msg;
  expect(headersOf(message, blockOf(message))).toEqual({});
});
