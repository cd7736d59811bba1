// A call that ended while a part of it was still with us cannot have been accepted; one that was sent whole may have been.
import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createMailgun } from "./client.ts";
import type { SendResult } from "./classify.ts";
import { startWireServer, type RawRequest, type WireServer } from "./wire-server.test-support.ts";

let server: WireServer | undefined;
afterEach(() => server?.close());

// More than the buffers of both sides of a connection hold.
const large = "x".repeat(20 * 1024 * 1024);

async function send(
  o: { html?: string; timeoutMs?: number },
  onRequest: (socket: Socket, request: RawRequest) => void,
  onConnection?: (socket: Socket) => void,
): Promise<SendResult> {
  server = await startWireServer(onRequest, onConnection);
  return createMailgun({ apiUrl: server.url, apiKey: "key-1", timeoutMs: patienceMs }).send({
    domain: "mg.agency.example",
    from: "Agency <news@agency.example>",
    subject: "Storm",
    html: o.html ?? large,
    text: "Storm",
    recipients: [{ address: "ada@example.com", rid: "d1/1", variables: {} }],
    tag: "blast-1",
    headers: {},
    timeoutMs: o.timeoutMs ?? patienceMs,
  });
}

// A crowded machine takes seconds to move twenty megabytes; only what is to time out says a shorter time.
const patienceMs = 40_000;
const unsent = { kind: "retryable", reason: "not_sent_whole" };
const nothing = () => {};

test(
  "a provider that reads nothing until the time is over has not got the mail",
  { timeout: 20_000 },
  async () => {
    expect(await send({ timeoutMs: 4_000 }, nothing, (socket) => socket.pause())).toMatchObject(unsent);
  },
);

test("a provider that reads a part and resets has not got the mail", async () => {
  const result = await send({}, nothing, (socket) => {
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > 100_000) socket.resetAndDestroy();
    });
  });
  expect(server!.requests).toHaveLength(0);
  expect(result).toMatchObject(unsent);
});

test.each([
  ["large", large],
  ["small", "<p>Storm</p>"],
])(
  "a provider that has read all of a %s call and resets may have the mail",
  { timeout: 60_000 },
  async (_size, html) => {
    const result = await send({ html }, (socket) => void socket.resetAndDestroy());
    expect(server!.requests).toHaveLength(1);
    expect(result).toMatchObject({ kind: "in_doubt", reason: "connection_lost" });
  },
);

test("a provider that has read all of a small call and says nothing may have the mail", async () => {
  const result = await send({ html: "<p>Storm</p>", timeoutMs: 300 }, nothing);
  expect(result).toMatchObject({ kind: "in_doubt", reason: "timed_out" });
});

test("a small call that the system took may have arrived, though the provider read none of it", async () => {
  const result = await send({ html: "<p>Storm</p>", timeoutMs: 300 }, nothing, (socket) => socket.pause());
  expect(result).toMatchObject({ kind: "in_doubt", reason: "timed_out" });
});
