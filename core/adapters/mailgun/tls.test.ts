import type { AddressInfo } from "node:net";
import { createServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createMailgun, type MailgunAdapter } from "./client.ts";
import type { OutgoingBatch } from "./outgoing-batch.ts";
import { createSelfSigned } from "./self-signed.test-support.ts";
import { answer } from "./wire-server.test-support.ts";

const BATCH: OutgoingBatch = {
  domain: "mg.agency.example",
  from: "news@agency.example",
  subject: "Storm",
  html: "<p>Hello</p>",
  text: "Hello",
  recipients: [{ address: "ada@example.com", rid: "d1/1", variables: {} }],
  tag: "blast-1",
  headers: {},
  timeoutMs: 1_000,
};
const QUEUED = answer(200, '{"id":"<1@x>"}');

const { key, cert } = createSelfSigned();
const trusted = getCACertificates("default");
const sockets = new Set<TLSSocket>();
let onData: (socket: TLSSocket, nth: number) => void;
let received = 0;
const server = createServer({ key, cert }, (socket) => {
  sockets.add(socket);
  socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  socket.on("data", (chunk) => {
    if (chunk.includes("POST /v3/")) onData(socket, received++);
  });
});
let mailgun: MailgunAdapter;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mailgun = createMailgun({
    apiUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: "k",
    timeoutMs: 1_000,
  });
});
beforeEach(() => {
  received = 0;
  setDefaultCACertificates([...trusted, cert]);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => sockets.size).toBe(0);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await new Promise((resolve) => server.close(resolve));
});

test("a certificate that is not trusted is retryable: nothing of the mail was shown to that server", async () => {
  setDefaultCACertificates(trusted);
  expect(await mailgun.send(BATCH)).toMatchObject({ kind: "retryable", reason: "not_connected" });
  expect(received).toBe(0);
});

test("over TLS an answer is read, and a loss after the handshake is in doubt, on new and on kept connections", async () => {
  onData = (socket) => socket.destroy();
  expect(await mailgun.send(BATCH)).toMatchObject({
    kind: "in_doubt",
    evidence: expect.stringContaining("new connection"),
  });
  onData = (socket, nth) => (nth === 1 ? socket.write(QUEUED) : socket.destroy());
  expect(await mailgun.send(BATCH)).toEqual({ kind: "accepted", providerMessageId: "1@x" });
  expect(await mailgun.send(BATCH)).toMatchObject({
    kind: "in_doubt",
    evidence: expect.stringContaining("kept connection"),
  });
  onData = () => {};
  expect(await mailgun.send({ ...BATCH, timeoutMs: 300 })).toMatchObject({
    kind: "in_doubt",
    reason: "timed_out",
  });
  expect(received).toBe(4);
});
