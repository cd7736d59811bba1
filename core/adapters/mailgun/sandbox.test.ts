import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "#dev/sandbox/sandbox.ts";
import { createMailgun, type MailgunAdapter } from "./client.ts";
import type { OutgoingBatch } from "./outgoing-batch.ts";
import { parseWebhook, verifyWebhook } from "./webhook.ts";

const SIGNING_KEY = "sandbox-test-signing-key";
const webhooks: unknown[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    webhooks.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  });
});
let sandbox: Sandbox;
let mailgun: MailgunAdapter;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  sandbox = await startSandbox({ port: 0, signingKey: SIGNING_KEY, webhookUrl });
  mailgun = createMailgun({ apiUrl: sandbox.url, apiKey: "key-1", timeoutMs: 5_000 });
});
afterEach(() => sandbox.setFaults([]));
afterAll(async () => {
  await sandbox.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

function batchOf(tag: string, count: number, localPart = "ada"): OutgoingBatch {
  return {
    domain: "mg.agency.example",
    from: "Agency <news@agency.example>",
    subject: "Storm, %recipient.name%",
    html: "<p>Hello %recipient.name%</p>",
    text: "Hello %recipient.name%",
    recipients: Array.from({ length: count }, (_, nth) => ({
      address: `${localPart}-${tag}-${nth}@example.com`,
      displayName: `Lovelace, Ada ${nth}`,
      rid: `${tag}-${nth}/1`,
      variables: { name: `Ada ${nth}`, unsub: `https://agency.example/u/${nth}` },
    })),
    tag,
    headers: { "List-Unsubscribe": "<%recipient.unsub%>", Precedence: "bulk" },
    timeoutMs: 2_000,
  };
}

function lookUp(tag: string, count: number, fromMs: number) {
  const { recipients } = batchOf(tag, count);
  return mailgun.lookUp({
    domain: "mg.agency.example",
    tag,
    rids: recipients.map(({ rid }) => rid),
    addresses: recipients.map(({ address }) => address),
    fromMs,
    toMs: Date.now(),
  });
}

test("a batch of 1,000 is accepted, each mail under its own rid, and all are found again", async () => {
  const before = sandbox.stats();
  const startMs = Date.now();
  const result = await mailgun.send(batchOf("thousand", 1_000));
  expect(result).toMatchObject({ kind: "accepted" });
  const after = sandbox.stats();
  expect(after.accepted - before.accepted).toBe(1_000);
  expect(after.distinctRids - before.distinctRids).toBe(1_000);
  expect(after).toMatchObject({ withoutRid: 0, duplicates: 0 });
  const found = await lookUp("thousand", 1_000, startMs);
  expect(found).toMatchObject({ kind: "looked_up", complete: true });
  expect(found.found.size).toBe(1_000);
  if (result.kind === "accepted")
    expect(found.found.get("thousand-7/1")?.providerMessageId).toBe(result.providerMessageId);
});

test.each(["reset-after", "500-after", "hang-after"] as const)(
  "a send that ends in %s is in doubt, and the log proves it accepted",
  async (kind) => {
    sandbox.setFaults([{ kind, count: 1, match: { path: "/messages" } }]);
    const startMs = Date.now();
    expect(await mailgun.send({ ...batchOf(kind, 3), timeoutMs: 500 })).toMatchObject({ kind: "in_doubt" });
    const { found } = await lookUp(kind, 3, startMs);
    expect([...found.keys()].toSorted()).toEqual([`${kind}-0/1`, `${kind}-1/1`, `${kind}-2/1`]);
  },
);

test.each(["reset-before", "500-before", "hang-before"] as const)(
  "a send that ends in %s is in doubt too, and the log knows nothing of it",
  async (kind) => {
    sandbox.setFaults([{ kind, count: 1, match: { path: "/messages" } }]);
    const startMs = Date.now();
    expect(await mailgun.send({ ...batchOf(kind, 3), timeoutMs: 500 })).toMatchObject({ kind: "in_doubt" });
    expect(await lookUp(kind, 3, startMs)).toMatchObject({
      kind: "looked_up",
      complete: true,
      found: new Map(),
    });
  },
);

test("limits are retryable with the wait that the provider asks for, in a header or in words", async () => {
  sandbox.setFaults([
    { kind: "429", count: 1, retryAfterSeconds: 9 },
    { kind: "420", count: 1, retryAfterSeconds: 60 },
  ]);
  expect(await mailgun.send(batchOf("limit", 1))).toMatchObject({
    kind: "retryable",
    reason: "rate_limited",
    retryAfterMs: 9_000,
  });
  const overLimit = await mailgun.send(batchOf("limit", 1));
  expect(overLimit).toMatchObject({ kind: "retryable", reason: "over_limit" });
  const waitMs = overLimit.kind === "retryable" ? (overLimit.retryAfterMs ?? 0) : 0;
  expect(waitMs).toBeGreaterThan(50_000);
  expect(waitMs).toBeLessThanOrEqual(60_000);
});

test("one bad address refuses the whole call and is named as the fault", async () => {
  const batch = batchOf("bad", 2);
  const recipients = [...batch.recipients, { address: "ada@localhost", rid: "bad-2/1", variables: {} }];
  expect(await mailgun.send({ ...batch, recipients })).toMatchObject({
    kind: "rejected",
    reason: "bad_address",
    addressAtFault: true,
  });
});

test("an unknown domain is retryable, and a wrong key is rejected", async () => {
  expect(await mailgun.send({ ...batchOf("domain", 1), domain: "unknown.example" })).toMatchObject({
    kind: "retryable",
    reason: "domain_not_found",
  });
  const stranger = createMailgun({ apiUrl: sandbox.url, apiKey: "wrong-key", timeoutMs: 2_000 });
  expect(await stranger.send(batchOf("key", 1))).toMatchObject({ kind: "rejected", reason: "unauthorised" });
});

test("signed webhooks are verified and read as facts with their rid", { timeout: 30_000 }, async () => {
  await mailgun.send(batchOf("hook", 1, "bounce"));
  const facts = () =>
    webhooks.flatMap((body) => {
      expect(verifyWebhook(body, SIGNING_KEY, Date.now())).toMatchObject({ kind: "ok" });
      const reading = parseWebhook(body);
      return reading.kind === "event" && reading.event.rid === "hook-0/1" ? [reading.event.kind] : [];
    });
  await expect.poll(() => facts().toSorted(), { timeout: 20_000 }).toEqual(["accepted", "failed_permanent"]);
});
