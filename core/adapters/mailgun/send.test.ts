import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createMailgun } from "./client.ts";
import type { SendResult } from "./classify.ts";
import type { OutgoingBatch } from "./outgoing-batch.ts";
import { answer, startWireServer, type RawRequest, type WireServer } from "./wire-server.test-support.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const BATCH: OutgoingBatch = {
  domain: "mg.agency.example",
  from: "Agency <news@agency.example>",
  subject: "Storm",
  html: "<p>Hello %recipient.name%</p>",
  text: "Hello %recipient.name%",
  recipients: [{ address: "ada@example.com", rid: "d1/1", variables: { name: "Ada" } }],
  tag: "blast-1",
  headers: { "List-Id": "<blast.agency.example>" },
  timeoutMs: 2_000,
};
const QUEUED = JSON.stringify({ id: "<1@mg.agency.example>", message: "Queued. Thank you." });

async function serve(
  onRequest: (socket: Socket, request: RawRequest) => void,
  onConnection?: (socket: Socket) => void,
): Promise<WireServer> {
  const server = await startWireServer(onRequest, onConnection);
  cleanups.push(() => server.close());
  return server;
}

function sendTo(url: string, change: Partial<OutgoingBatch> = {}, signal?: AbortSignal): Promise<SendResult> {
  return createMailgun({ apiUrl: url, apiKey: "key-1", timeoutMs: 10_000 }).send(
    { ...BATCH, ...change },
    signal,
  );
}

const answers: [name: string, wire: string, expected: object][] = [
  ["200 with an id", answer(200, QUEUED), { kind: "accepted", providerMessageId: "1@mg.agency.example" }],
  ["200 without an id", answer(200, '{"message":"hi"}'), { kind: "in_doubt", reason: "unreadable_answer" }],
  [
    "200 with garbage",
    answer(200, "<html>welcome</html>"),
    { kind: "in_doubt", reason: "unreadable_answer" },
  ],
  [
    "200 from the root of the API",
    answer(200, "Mailgun Magnificent API"),
    { kind: "in_doubt", reason: "unreadable_answer" },
  ],
  ["200 with an empty body", answer(200, ""), { kind: "in_doubt", reason: "unreadable_answer" }],
  [
    "400 for a field",
    answer(400, '{"message":"from parameter is missing"}'),
    { kind: "rejected", reason: "bad_field" },
  ],
  [
    "400 for a recipient",
    answer(400, `{"message":"'to' parameter is not a valid address. please check documentation"}`),
    { kind: "rejected", reason: "bad_address", addressAtFault: true },
  ],
  [
    "401",
    answer(401, "Forbidden", { "content-type": "text/plain" }),
    { kind: "rejected", reason: "unauthorised" },
  ],
  ["402", answer(402, '{"message":"pay"}'), { kind: "rejected", reason: "payment_required" }],
  ["403", answer(403, '{"message":"disabled"}'), { kind: "rejected", reason: "forbidden" }],
  [
    "404 for the domain",
    answer(404, '{"message":"Domain not found: mg.agency.example"}'),
    { kind: "retryable", reason: "domain_not_found" },
  ],
  ["404 for the page", answer(404, "page not found"), { kind: "rejected", reason: "not_found" }],
  ["408", answer(408, "{}"), { kind: "in_doubt", reason: "unexpected_status" }],
  ["413", answer(413, "{}"), { kind: "rejected", reason: "too_large" }],
  ["420 without a time", answer(420, '{"message":"limit"}'), { kind: "retryable", reason: "over_limit" }],
  [
    "429 with Retry-After",
    answer(429, "{}", { "retry-after": "7" }),
    { kind: "retryable", reason: "rate_limited", retryAfterMs: 7_000 },
  ],
  [
    "429 with its wait in words",
    answer(429, '{"message":"Too many requests, try again in 3 minutes"}'),
    { kind: "retryable", reason: "rate_limited", retryAfterMs: 180_000 },
  ],
  ["500", answer(500, '{"message":"oops"}'), { kind: "in_doubt", reason: "server_error" }],
  [
    "502 as HTML",
    answer(502, "<html>Bad gateway</html>", { "content-type": "text/html" }),
    { kind: "in_doubt", reason: "server_error" },
  ],
  ["503", answer(503, "{}", { "retry-after": "5" }), { kind: "in_doubt", reason: "server_error" }],
  ["301", answer(301, "", { location: "/elsewhere" }), { kind: "rejected", reason: "redirected" }],
  ["302", answer(302, "", { location: "/elsewhere" }), { kind: "in_doubt", reason: "unexpected_status" }],
  ["307", answer(307, "", { location: "/elsewhere" }), { kind: "rejected", reason: "redirected" }],
  [
    "308 to another host",
    answer(308, "", { location: "http://127.0.0.1:9/" }),
    { kind: "rejected", reason: "redirected" },
  ],
];

test.each(answers)(
  "an answer of %s is told for what it is, after one request",
  async (_name, wire, expected) => {
    const server = await serve((socket, { nth }) => socket.write(nth === 0 ? wire : answer(200, QUEUED)));
    expect(await sendTo(server.url)).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  },
);

const losses: [name: string, onRequest: (socket: Socket) => void, reason: string][] = [
  ["reset after the request was read", (socket) => socket.resetAndDestroy(), "connection_lost"],
  ["closed after the request was read", (socket) => socket.end(), "connection_lost"],
  [
    "reset in the middle of the answer's head",
    (socket) => socket.write("HTTP/1.1 200 O", () => socket.resetAndDestroy()),
    "connection_lost",
  ],
  ["an answer that is no HTTP", (socket) => socket.end("220 mail.example ESMTP\r\n"), "connection_lost"],
  [
    "a body that ends too soon",
    (socket) => socket.end(answer(200, QUEUED).slice(0, -20)),
    "unreadable_answer",
  ],
  [
    "a refusal that ends too soon",
    (socket) => socket.end(answer(400, '{"message":"to parameter"}').slice(0, -5)),
    "unreadable_answer",
  ],
  ["a body that never ends", (socket) => socket.write(answer(200, QUEUED).slice(0, -20)), "timed_out"],
  ["no answer at all", () => {}, "timed_out"],
];

test.each(losses)("%s leaves the send in doubt", async (_name, onRequest, reason) => {
  const server = await serve(onRequest);
  expect(await sendTo(server.url, { timeoutMs: reason === "timed_out" ? 500 : 2_000 })).toMatchObject({
    kind: "in_doubt",
    reason,
  });
  await expect.poll(() => server.openSockets()).toBe(0);
});

test("a body that drips is ended by the total deadline, though each byte is in time", async () => {
  const server = await serve((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n");
    const drip = setInterval(() => socket.write(" "), 20);
    socket.on("close", () => clearInterval(drip));
  });
  const startMs = performance.now();
  expect(await sendTo(server.url, { timeoutMs: 300 })).toMatchObject({
    kind: "in_doubt",
    reason: "timed_out",
  });
  expect(performance.now() - startMs).toBeLessThan(2_000);
});

test("a reset before the request was read whole is in doubt, because bytes had left", async () => {
  const server = await serve(
    () => {},
    (socket) => socket.once("data", () => socket.resetAndDestroy()),
  );
  const result = await sendTo(server.url, { html: "x".repeat(3_000_000) });
  expect(result).toMatchObject({ kind: "in_doubt", reason: "connection_lost" });
});

test("a kept connection that the far side closed meanwhile is in doubt, and the evidence says so", async () => {
  const server = await serve((socket, { nth }) =>
    nth === 0 ? socket.write(answer(200, QUEUED)) : socket.resetAndDestroy(),
  );
  const mailgun = createMailgun({ apiUrl: server.url, apiKey: "k", timeoutMs: 2_000 });
  expect(await mailgun.send(BATCH)).toMatchObject({ kind: "accepted" });
  const second = await mailgun.send(BATCH);
  expect(second).toMatchObject({ kind: "in_doubt", reason: "connection_lost" });
  expect(second).toHaveProperty("evidence", expect.stringContaining("kept connection"));
});

test("a refused connection is retryable", async () => {
  const server = await startWireServer(() => {});
  await server.close();
  const result = await sendTo(server.url);
  expect(result).toMatchObject({ kind: "retryable", reason: "not_connected" });
  expect(result).toHaveProperty("evidence", expect.stringContaining("ECONNREFUSED"));
});

test("a host without a name is retryable", async () => {
  expect(await sendTo("http://no-such-host.invalid")).toMatchObject({
    kind: "retryable",
    reason: "not_connected",
  });
});

test("a TLS handshake that never ends is retryable: no byte of the mail has left", async () => {
  const server = await serve(() => {});
  const result = await sendTo(server.url.replace("http:", "https:"), { timeoutMs: 300 });
  expect(result).toMatchObject({ kind: "retryable", reason: "not_connected" });
  await expect.poll(() => server.openSockets()).toBe(0);
});

test("a TLS handshake that is cut is retryable", async () => {
  const server = await serve(
    () => {},
    (socket) => socket.once("data", () => socket.resetAndDestroy()),
  );
  expect(await sendTo(server.url.replace("http:", "https:"))).toMatchObject({
    kind: "retryable",
    reason: "not_connected",
  });
});

// A full accept queue drops further connection requests on Linux; other systems refuse them.
test.runIf(process.platform === "linux")(
  "a connection that is never accepted is retryable at the deadline",
  async () => {
    const port = await startDeafServer();
    const fillers = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    cleanups.push(() => fillers.forEach((socket) => socket.destroy()));
    await expect.poll(() => fillers.filter((socket) => !socket.connecting).length).toBeGreaterThan(0);
    expect(await sendTo(`http://127.0.0.1:${port}`, { timeoutMs: 500 })).toMatchObject({
      kind: "retryable",
      reason: "not_connected",
    });
  },
);

test("an abort before the call sends nothing, and one during it leaves it in doubt", async () => {
  const server = await serve(() => {});
  expect(await sendTo(server.url, {}, AbortSignal.abort())).toMatchObject({
    kind: "retryable",
    reason: "aborted",
  });
  expect(server.requests).toHaveLength(0);
  const abort = new AbortController();
  const result = sendTo(server.url, {}, abort.signal);
  await expect.poll(() => server.requests.length).toBe(1);
  abort.abort();
  expect(await result).toMatchObject({ kind: "in_doubt", reason: "aborted" });
  await expect.poll(() => server.openSockets()).toBe(0);
});

test("many sends at once over kept connections each get their own verdict", async () => {
  const statuses = [200, 400, 401, 420, 429, 500, 503, 200];
  const server = await serve((socket, { body }) => {
    const nth = Number(/blast-(\d+)/.exec(body.toString())?.[1]);
    const status = statuses[nth % statuses.length]!;
    socket.write(
      answer(status, status === 200 ? `{"id":"<${nth}@x>"}` : `{"message":"send ${nth}"}`, {
        "retry-after": String(nth),
      }),
    );
  });
  const mailgun = createMailgun({ apiUrl: server.url, apiKey: "k", timeoutMs: 5_000 });
  for (let round = 0; round < 3; round++) {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, nth) => mailgun.send({ ...BATCH, tag: `blast-${nth}` })),
    );
    for (const [nth, result] of results.entries()) {
      if (result.kind === "accepted") expect(result.providerMessageId).toBe(`${nth}@x`);
      else expect(result.evidence).toContain(`HTTP ${statuses[nth % statuses.length]}: send ${nth}`);
      if (result.kind === "retryable") expect(result.retryAfterMs).toBe(nth * 1_000);
    }
  }
});

/** A server whose process never accepts; gives its port. */
async function startDeafServer(): Promise<number> {
  const program = `
    require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
      require("node:fs").writeSync(1, String(this.address().port) + "\\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
    });`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(() => child.kill("SIGKILL"));
  const line = await new Promise<Buffer>((resolve) => child.stdout.once("data", resolve));
  return Number(line.toString());
}
