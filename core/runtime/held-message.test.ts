import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { expect, it } from "vitest";
import { heldMessage } from "./held-message.ts";

const published: [subject: string, payload: string][] = [];
const connection = {
  publish: (subject: string, payload: Uint8Array | string) =>
    published.push([subject, Buffer.from(payload).toString()]),
} as unknown as NatsConnection;

function held(reply: string | undefined) {
  return heldMessage(connection, { subject: "s", reply } as Msg);
}

it.each([
  ["as it was at first", "$JS.ACK.WORK.mine-bulk.3.77.12.1795357000123999999.5"],
  ["with domain and account", "$JS.ACK.hub.ACCHASH.WORK.mine-bulk.3.77.12.1795357000123999999.5"],
  ["with a token behind", "$JS.ACK.hub.ACCHASH.WORK.mine-bulk.3.77.12.1795357000123999999.5.x1y2"],
])("reads a message's place from its reply subject %s, and its time to the very millisecond", (_, reply) => {
  expect(held(reply)).toMatchObject({
    stream: "WORK",
    sequence: 77,
    deliveries: 3,
    publishedAtMs: 1795357000123,
  });
});

it.each([undefined, "_INBOX.a.b", "$JS.ACK.", "$JS.ACK.a.b.c.d"])("is no held message on %s", (reply) => {
  expect(held(reply)).toBeUndefined();
});

it("acknowledges with nothing but the subject, and once", () => {
  const reply = "$JS.ACK.WORK.mine-bulk.1.1.1.1795357000123000000.0";
  const message = held(reply);
  message?.ack();
  message?.ack();
  message?.nak(0);
  expect(published).toEqual([[reply, ""]]);
});
