import { expect, test } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { control, openSandbox } from "./test-support.ts";

function verify(sandbox: Sandbox, email: string, key = "test_key"): Promise<Response> {
  return fetch(`${sandbox.url}/v2/verify?email=${encodeURIComponent(email)}&timeout=6000`, {
    headers: { authorization: `Bearer ${key}` },
  });
}

test.each([
  ["ada@example.com", "deliverable", "accepted_email"],
  ["deliverable@example.com", "deliverable", "accepted_email"],
  ["rejected-email@example.com", "undeliverable", "rejected_email"],
  ["rejected-email+17@example.com", "undeliverable", "rejected_email"],
  ["ada+rejected-email@example.com", "undeliverable", "rejected_email"],
  ["invalid-email.xyz@example.com", "undeliverable", "invalid_email"],
  ["invalid-domain@example.com", "undeliverable", "invalid_domain"],
  ["timeout@example.com", "unknown", "timeout"],
  ["no-connect@example.com", "unknown", "no_connect"],
  ["unexpected-error@example.com", "unknown", "unexpected_error"],
  ["low-quality@example.com", "risky", "low_quality"],
  ["not an address", "undeliverable", "invalid_email"],
])("%s is %s because of %s", async (email, result, reason) => {
  const answer = await verify(await openSandbox(), email);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ result, reason, success: true, email });
});

test.each([
  ["accept-all@example.com", { accept_all: true, result: "risky" }],
  ["disposable@example.com", { disposable: true }],
  ["role@example.com", { role: true }],
  ["ada@gmail.com", { free: true }],
])("%s is marked %j", async (email, marks) => {
  expect(await (await verify(await openSandbox(), email)).json()).toMatchObject(marks);
});

test("the balance falls with each call, and without credit a call is forbidden", async () => {
  const sandbox = await openSandbox();
  await control(sandbox, "config", { kickboxBalance: 1 });
  expect((await verify(sandbox, "ada@example.com")).headers.get("x-kickbox-balance")).toBe("0");
  const refused = await verify(sandbox, "ada@example.com");
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({ message: "Insufficient balance", success: false });
  await control(sandbox, "config", { kickboxBalance: 5 });
  expect((await verify(sandbox, "insufficient-balance@example.com")).status).toBe(403);
});

test("too many calls in flight, or in a minute, are refused", async () => {
  const sandbox = await openSandbox();
  await control(sandbox, "config", { kickboxMaxInFlight: 2, kickboxLatencyMs: 200 });
  const answers = await Promise.all([1, 2, 3, 4].map((nth) => verify(sandbox, `c${nth}@example.com`)));
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 429, 429]);
  await control(sandbox, "config", { kickboxMaxInFlight: 0, kickboxLatencyMs: 0, kickboxMaxPerMinute: 3 });
  expect((await verify(sandbox, "a@example.com")).status).toBe(200);
  expect((await verify(sandbox, "b@example.com")).status).toBe(429);
});

test("a call without a key is refused", async () => {
  const sandbox = await openSandbox();
  expect((await fetch(`${sandbox.url}/v2/verify?email=a@example.com`)).status).toBe(403);
  expect((await fetch(`${sandbox.url}/v2/verify?email=a@example.com&apikey=test_1`)).status).toBe(200);
});
