import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { startSandbox } from "#dev/sandbox/sandbox.ts";
import { createGate } from "./gate.ts";
import { RATE_LIMIT_WAIT_MS } from "./verdict.ts";
import { createKickbox, MAX_FAILURES_IN_A_ROW, type KickboxConfig } from "./verify.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function kickboxAt(apiUrl: string, change: Partial<KickboxConfig> = {}) {
  const kickbox = createKickbox({
    apiUrl,
    apiKey: "test_key",
    timeoutMs: 2_000,
    maxConcurrent: 5,
    ...change,
  });
  cleanups.push(() => kickbox.close());
  return kickbox;
}

const give =
  (status: number, body: object | string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));

const DELIVERABLE = {
  success: true,
  result: "deliverable",
  reason: "accepted_email",
  sendex: 0.9,
  message: null,
};

test("an answer becomes a verdict with its reason, flags and score", async () => {
  const urls: string[] = [];
  const url = await serve((request, response) => {
    urls.push(`${request.url} ${request.headers.authorization}`);
    give(
      200,
      { ...DELIVERABLE, role: true, accept_all: true, did_you_mean: "ada@example.com" },
      { "x-kickbox-balance": "41" },
    )(request, response);
  });
  const kickbox = kickboxAt(url);
  expect(await kickbox.verify("ada+x@example.com")).toEqual({
    kind: "judged",
    result: "deliverable",
    reason: "accepted_email",
    flags: { role: true, free: false, disposable: false, acceptAll: true, didYouMean: "ada@example.com" },
    sendex: 0.9,
  });
  expect(urls).toEqual(["/v2/verify?email=ada%2Bx%40example.com&timeout=1500 Bearer test_key"]);
  expect(kickbox.lastBalance()).toBe(41);
});

const failures: [name: string, handler: Handler, expected: { reason: string; retryAfterMs?: number }][] = [
  ["429", give(429, { message: "Rate limit" }), { reason: "rate_limited", retryAfterMs: RATE_LIMIT_WAIT_MS }],
  [
    "429 with Retry-After",
    give(429, "", { "retry-after": "4" }),
    { reason: "rate_limited", retryAfterMs: 4_000 },
  ],
  [
    "403 without credit",
    give(403, { success: false, message: "Insufficient balance" }),
    { reason: "out_of_credit" },
  ],
  ["403 for the key", give(403, { success: false, message: "Invalid API key" }), { reason: "unauthorised" }],
  ["401", give(401, ""), { reason: "unauthorised" }],
  ["400", give(400, { success: false, message: "No email address provided" }), { reason: "refused" }],
  ["302", give(302, "", { location: "/login" }), { reason: "refused" }],
  ["500", give(500, "<html>"), { reason: "server_error" }],
  ["200 with garbage", give(200, "<html>"), { reason: "unreadable_answer" }],
  ["200 that failed", give(200, { ...DELIVERABLE, success: false, message: "odd" }), { reason: "refused" }],
  [
    "200 with a new result",
    give(200, { ...DELIVERABLE, result: "perhaps" }),
    { reason: "unreadable_answer" },
  ],
  [
    "200 without end",
    (_request, response) => response.end("x".repeat(1_000_000)),
    { reason: "unreadable_answer" },
  ],
  ["a reset", (request) => request.socket.resetAndDestroy(), { reason: "network" }],
  ["no answer", () => {}, { reason: "timeout" }],
  ["a body that stops", (_request, response) => response.writeHead(200).write("{"), { reason: "timeout" }],
];

test.each(failures)("%s says nothing about the address", async (_name, handler, expected) => {
  const kickbox = kickboxAt(await serve(handler), { timeoutMs: expected.reason === "timeout" ? 500 : 2_000 });
  expect(await kickbox.verify("ada@example.com")).toMatchObject({ kind: "unavailable", ...expected });
});

test("nobody there is a network failure, and an abort is told as one", async () => {
  const url = await serve(() => {});
  await cleanups.pop()!();
  expect(await kickboxAt(url).verify("a@example.com")).toMatchObject({ reason: "network" });
  expect(await kickboxAt(url).verify("a@example.com", AbortSignal.abort())).toMatchObject({
    reason: "aborted",
  });
  const abort = new AbortController();
  const kickbox = kickboxAt(await serve(() => abort.abort()));
  expect(await kickbox.verify("a@example.com", abort.signal)).toMatchObject({ reason: "aborted" });
});

test("many addresses are asked once each, and never more at once than allowed", async () => {
  let inFlight = 0;
  let mostInFlight = 0;
  const asked: string[] = [];
  const url = await serve((request, response) => {
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    asked.push(new URL(request.url!, "http://x").searchParams.get("email")!);
    setImmediate(() => {
      inFlight--;
      give(200, DELIVERABLE)(request, response);
    });
  });
  const addresses = Array.from({ length: 60 }, (_, nth) => `c${nth % 50}@example.com`);
  const verdicts = await kickboxAt(url).verifyMany(addresses);
  expect([...verdicts.keys()].toSorted()).toEqual([...new Set(addresses)].toSorted());
  expect(asked.toSorted()).toEqual([...new Set(addresses)].toSorted());
  expect(mostInFlight).toBeLessThanOrEqual(5);
});

test("when the credit is gone the rest of many is not asked", async () => {
  let calls = 0;
  const url = await serve((request, response) => {
    calls++;
    give(403, { success: false, message: "Insufficient balance" })(request, response);
  });
  const verdicts = await kickboxAt(url).verifyMany(
    Array.from({ length: 200 }, (_, nth) => `c${nth}@example.com`),
  );
  expect(verdicts.size).toBe(200);
  for (const verdict of verdicts.values())
    expect(verdict).toMatchObject({ kind: "unavailable", reason: "out_of_credit" });
  expect(calls).toBeLessThanOrEqual(10);
});

test("a vendor that is down holds up only a bounded number of calls, and one that comes back is asked on", async () => {
  let calls = 0;
  const down = await serve((request, response) =>
    give(++calls % 10 === 0 && calls < 100 ? 200 : 503, DELIVERABLE)(request, response),
  );
  const verdicts = await kickboxAt(down, { maxConcurrent: 1 }).verifyMany(
    Array.from({ length: 500 }, (_, nth) => `c${nth}@example.com`),
  );
  expect(verdicts.size).toBe(500);
  expect(calls).toBe(90 + MAX_FAILURES_IN_A_ROW);
});

test("one failed address among many leaves the others judged", async () => {
  const url = await serve((request, response) =>
    give(request.url!.includes("bad") ? 500 : 200, DELIVERABLE)(request, response),
  );
  const verdicts = await kickboxAt(url).verifyMany(["a@example.com", "bad@example.com", "c@example.com"]);
  expect([...verdicts.values()].map(({ kind }) => kind).toSorted()).toEqual([
    "judged",
    "judged",
    "unavailable",
  ]);
});

test("the gate paces its calls by the minute, refuses when too many wait, and frees the place of whoever gives up", async () => {
  const gate = createGate({ maxConcurrent: 1, maxPerMinute: 60_000, maxWaiting: 1 });
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const first = gate.pass(() => held);
  const abort = new AbortController();
  const second = gate.pass(async () => "never", abort.signal);
  expect(await gate.pass(async () => "third")).toBeNull();
  abort.abort();
  await expect(second).rejects.toThrow("aborted");
  const fourth = gate.pass(async () => "fourth");
  release();
  await first;
  expect(await fourth).toBe("fourth");
  const paced = createGate({ maxConcurrent: 2, maxPerMinute: 2, maxWaiting: 10, minuteMs: 100 });
  const startMs = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => paced.pass(async () => {})));
  // Two in the first of these minutes, two in the second, one in the third.
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(190);
});

test("a configuration beyond the vendor's limits is refused at once", () => {
  expect(() => kickboxAt("http://127.0.0.1", { maxConcurrent: 26 })).toThrow(
    "maxConcurrent must be from 1 to 25",
  );
  expect(() => kickboxAt("http://127.0.0.1", { timeoutMs: 0 })).toThrow("timeoutMs");
});

test("the vendor's sandbox words steer the verdicts", async () => {
  const sandbox = await startSandbox({ port: 0 });
  cleanups.push(() => sandbox.close());
  const kickbox = kickboxAt(sandbox.url);
  const verdicts = await kickbox.verifyMany([
    "ada@example.com",
    "rejected-email@example.com",
    "disposable@example.com",
    "timeout@example.com",
  ]);
  expect(
    [...verdicts.values()]
      .map((verdict) => (verdict.kind === "judged" ? verdict.result : verdict.reason))
      .toSorted(),
  ).toEqual(["deliverable", "risky", "undeliverable", "unknown"]);
  expect(kickbox.lastBalance()).toBeGreaterThan(0);
  expect(await kickbox.verify("insufficient-balance@example.com")).toMatchObject({ reason: "out_of_credit" });
  expect(await kickboxAt(sandbox.url, { apiKey: "wrong-key" }).verify("a@example.com")).toMatchObject({
    reason: "unauthorised",
  });
});
