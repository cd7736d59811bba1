import { createConnection } from "node:net";
import { expect, test } from "vitest";
import type { FaultKind } from "./faults.ts";
import type { Sandbox } from "./sandbox.ts";
import { DOMAIN, authorization, control, message, openSandbox, post, until } from "./test-support.ts";

/** Sends a request on a bare socket and tells what came back, byte for byte, and how it ended. */
function exchange(sandbox: Sandbox, waitMs = 300): Promise<{ received: string; end: string }> {
  const body = message({ "v:rid": "d-1/1" }).toString();
  const head = [
    `POST /v3/${DOMAIN}/messages HTTP/1.1`,
    "host: sandbox",
    `authorization: ${authorization()}`,
    "content-type: application/x-www-form-urlencoded",
    `content-length: ${body.length}`,
  ];
  return new Promise((resolve) => {
    let received = "";
    const socket = createConnection(sandbox.port, "127.0.0.1");
    const finish = (end: string) => {
      resolve({ received, end });
      socket.destroy();
    };
    socket.on("data", (chunk) => {
      received += chunk.toString();
      finish("answered");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    socket.on("close", () => finish("closed"));
    socket.setTimeout(waitMs, () => finish("silence"));
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
}

test.each<[FaultKind, string, number, number]>([
  ["500-before", "answered", 500, 0],
  ["500-after", "answered", 500, 1],
  ["reset-before", "ECONNRESET", 0, 0],
  ["reset-after", "ECONNRESET", 0, 1],
  ["hang-before", "silence", 0, 0],
  ["hang-after", "silence", 0, 1],
  ["429", "answered", 429, 0],
  ["420", "answered", 420, 0],
  ["401", "answered", 401, 0],
])("%s: the client sees %s %i and %i mails were accepted", async (kind, end, status, accepted) => {
  const sandbox = await openSandbox();
  await control(sandbox, "faults", [{ kind, match: { path: "/messages" } }]);
  const outcome = await exchange(sandbox);
  expect(outcome.end).toBe(end);
  if (status > 0) expect(outcome.received).toContain(`HTTP/1.1 ${status}`);
  else expect(outcome.received).toBe("");
  expect(sandbox.stats()).toMatchObject({ accepted, faults: { [kind]: 1 } });
});

test("a 429 says for how long", async () => {
  const sandbox = await openSandbox();
  sandbox.setFaults([{ kind: "429", retryAfterSeconds: 7 }]);
  const answer = await post(sandbox, message());
  expect(answer.headers.get("retry-after")).toBe("7");
  expect(Number(answer.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now());
});

test("a rule strikes only where it matches, and only as often as it may", async () => {
  const sandbox = await openSandbox();
  sandbox.setFaults([
    { kind: "500-before", match: { to: "bad" }, count: 1 },
    { kind: "429", match: { domain: "slow.example.com" } },
  ]);
  expect((await post(sandbox, message())).status).toBe(200);
  expect((await post(sandbox, message({ to: ["ada@x.com", "bad@x.com"] }))).status).toBe(500);
  expect((await post(sandbox, message({ to: "bad@x.com" }))).status).toBe(200);
  expect((await post(sandbox, message(), "k", "slow.example.com")).status).toBe(429);
  expect(await control(sandbox, "faults")).toMatchObject({ injected: { "500-before": 1, "429": 1 } });
});

test("the same seed strikes the same calls", async () => {
  const sandbox = await openSandbox();
  const play = async () => {
    await control(sandbox, "faults", { seed: 42, rules: [{ kind: "500-before", probability: 0.5 }] });
    const statuses: number[] = [];
    for (let nth = 0; nth < 20; nth++) statuses.push((await post(sandbox, message())).status);
    return statuses;
  };
  const first = await play();
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await play()).toEqual(first);
});

test("latency is waited for, and another fault may follow it", async () => {
  const sandbox = await openSandbox();
  sandbox.setFaults([{ kind: "latency", latencyMs: 80 }, { kind: "500-after" }]);
  const startedAtMs = performance.now();
  expect((await post(sandbox, message())).status).toBe(500);
  expect(performance.now() - startedAtMs).toBeGreaterThan(75);
});

test("a plan with an unknown kind is refused with the list of kinds", async () => {
  const sandbox = await openSandbox();
  const { message: text } = (await control(sandbox, "faults", [{ kind: "flood" }])) as { message: string };
  expect(text).toMatch(/no such kind of fault: flood; there are latency, /);
});

test("in an outage every connection dies unheard, and afterwards all is as before", async () => {
  const sandbox = await openSandbox();
  expect(await control(sandbox, "outage", { ms: 60_000 })).toEqual({ ms: 60_000 });
  await until("the outage has begun", async () =>
    ["ECONNRESET", "closed"].includes((await exchange(sandbox)).end),
  );
  const accepted = sandbox.stats().accepted;
  expect((await exchange(sandbox)).received).toBe("");
  expect(sandbox.stats().accepted).toBe(accepted);
  sandbox.outage(0);
  expect((await exchange(sandbox)).received).toContain("HTTP/1.1 200");
});
