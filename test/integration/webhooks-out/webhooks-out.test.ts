import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { Code } from "@connectrpc/connect";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { WebhookMessageState } from "#gen/fanfare/api/v1/webhook_pb.js";
import { errorOf } from "#test/support/error-of.ts";
import { until } from "#test/support/until.ts";
import { endOldSecret, failingSince, startWebhookBed, type WebhookBed } from "./bed.ts";

let bed: WebhookBed;
beforeAll(async () => {
  bed = await startWebhookBed();
}, 60_000);
afterEach(() => bed.clear());
afterAll(() => bed?.close());

const hang = () => new Promise<void>(() => {});

test("a fact is posted as Standard Webhooks say, and the published verifier accepts it", async () => {
  await bed.startSender();
  const { receiver, secret, endpointId } = await bed.startReceiver();
  const blastId = await bed.announceFact();
  await bed.received(receiver, 1);
  const [got] = receiver.got;
  const verified = new Webhook(secret).verify(got!.body, got!.headers);
  expect(verified).toMatchObject({
    type: "blast.completed",
    data: { agencyId: bed.agency.agencyId, blastId, audience: 3, accepted: 2, skipped: 1 },
  });
  expect(() => new Webhook(secret).verify(`${got!.body} `, got!.headers)).toThrow("signature");
  const [message] = await until("the record", 5_000, async () => {
    const found = await bed.messages(endpointId);
    return found[0]?.state === WebhookMessageState.DELIVERED && found;
  });
  expect(message).toMatchObject({ id: got!.id, attempts: [{ number: 1, status: 204 }] });
});

test("only the types that an end point wants are sent, and of its own agency only", async () => {
  await bed.startSender();
  const wants = await bed.startReceiver(["blast.completed"]);
  const other = await bed.startReceiver(["customer.opted_out"]);
  const stranger = await bed.api.createTestAgency();
  await bed.announceFact(stranger.agencyId);
  const blastId = await bed.announceFact();
  await bed.received(wants.receiver, 1);
  await bed.client.sendTest({ endpointId: other.endpointId });
  await bed.received(other.receiver, 1);
  expect(wants.receiver.got.map(({ body }) => JSON.parse(body).data.blastId)).toEqual([blastId]);
  expect(other.receiver.got.map(({ body }) => JSON.parse(body).type)).toEqual(["webhook.test"]);
});

test("a message is tried until the end point takes it, each time under the same id", async () => {
  await bed.startSender();
  const { receiver, endpointId } = await bed.startReceiver();
  receiver.answer = (count, response) => void response.writeHead(count < 4 ? 503 : 200).end("later");
  await bed.announceFact();
  await bed.received(receiver, 4);
  expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
  const message = await until("the end", 5_000, async () => {
    const [found] = await bed.messages(endpointId);
    return found?.state === WebhookMessageState.DELIVERED && found;
  });
  expect(message.attempts.map(({ status }) => status)).toEqual([200, 503, 503, 503]);
  expect(message.attempts.at(-1)?.response).toBe("later");
  const { endpoints } = await bed.client.listEndpoints({});
  expect(endpoints[0]?.failingSince).toBeUndefined();
});

test("an end point that never answers delays no other, and is asked by one at a time", async () => {
  const dead = await bed.startReceiver();
  const alive = await bed.startReceiver();
  dead.receiver.answer = hang;
  for (let n = 0; n < 30; n += 1) await bed.announceFact();
  const startedMs = performance.now();
  await bed.startSender();
  await bed.received(alive.receiver, 30);
  const tookMs = performance.now() - startedMs;
  // Four at once before it has failed, then one each time-out of a second.
  expect(dead.receiver.got.length).toBeLessThanOrEqual(4 + tookMs / 1_000 + 1);
  await bed.received(dead.receiver, 6);
  const { endpoints } = await bed.client.listEndpoints({});
  expect(endpoints.map(({ failingSince, waiting }) => [failingSince !== undefined, waiting])).toEqual([
    [true, 30],
    [false, 0],
  ]);
});

test("410 switches the end point off, says so as a fact, and what waits goes on when it is switched on again", async () => {
  await bed.startSender();
  const gone = await bed.startReceiver();
  const watcher = await bed.startReceiver(["webhook.endpoint_disabled"]);
  gone.receiver.answer = (_count, response) => void response.writeHead(410).end();
  await bed.announceFact();
  await bed.received(watcher.receiver, 1);
  expect(JSON.parse(watcher.receiver.got[0]!.body)).toMatchObject({
    type: "webhook.endpoint_disabled",
    data: { endpointId: gone.endpointId, reason: "gone" },
  });
  await bed.announceFact();
  const { endpoints } = await bed.client.listEndpoints({});
  expect(endpoints[0]).toMatchObject({ enabled: false, disabledReason: "gone", waiting: 0 });
  gone.receiver.answer = (_count, response) => void response.writeHead(200).end();
  await bed.client.updateEndpoint({ endpointId: gone.endpointId, url: gone.receiver.url, enabled: true });
  const { resent } = await bed.client.resend({ endpointId: gone.endpointId });
  expect(resent).toBe(1);
  await bed.received(gone.receiver, 2);
  expect(gone.receiver.got[1]?.id).toBe(gone.receiver.got[0]?.id);
});

test("an end point that has failed for days is switched off", async () => {
  const { receiver, endpointId } = await bed.startReceiver();
  receiver.answer = (_count, response) => void response.writeHead(500).end();
  await bed.api.database.asSystem((tx) => failingSince(tx, endpointId, "4 days 23 hours"));
  await bed.startSender();
  await bed.announceFact();
  await bed.received(receiver, 2);
  expect((await bed.client.listEndpoints({})).endpoints[0]?.enabled).toBe(true);
  await bed.api.database.asSystem((tx) => failingSince(tx, endpointId, "5 days 1 minute"));
  await until("it to be off", 5_000, async () => {
    const { endpoints } = await bed.client.listEndpoints({});
    return endpoints[0]?.disabledReason === "failing";
  });
});

test("a sender that is killed in the middle of a try leaves a message that comes again under its id", async () => {
  const { receiver, endpointId } = await bed.startReceiver();
  receiver.answer = hang;
  const first = await bed.startSender({ FANFARE_WEBHOOK_TIMEOUT_MS: "1500" });
  await bed.announceFact();
  await bed.received(receiver, 1);
  await first.kill9();
  receiver.answer = (_count, response) => void response.writeHead(200).end();
  await bed.startSender();
  await bed.received(receiver, 2);
  expect(receiver.got[1]?.id).toBe(receiver.got[0]?.id);
  const message = await until("the end", 5_000, async () => {
    const [found] = await bed.messages(endpointId);
    return found?.state === WebhookMessageState.DELIVERED && found;
  });
  // The first try died with its sender; nobody knows what came of it.
  expect(message.attempts.map(({ number }) => number)).toEqual([2]);
});

test("two senders send each message once", async () => {
  const { receiver } = await bed.startReceiver();
  for (let n = 0; n < 60; n += 1) await bed.announceFact();
  await Promise.all([bed.startSender(), bed.startSender()]);
  await bed.received(receiver, 60);
  await until(
    "the queue to be empty",
    5_000,
    async () => (await bed.client.listEndpoints({})).endpoints[0]?.waiting === 0,
  );
  expect(receiver.got).toHaveLength(60);
  expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(60);
});

test("after a rotation both secrets verify for a day", async () => {
  await bed.startSender();
  const { receiver, secret, endpointId } = await bed.startReceiver();
  const rotated = await bed.client.rotateSecret({ endpointId });
  await bed.client.sendTest({ endpointId });
  await bed.received(receiver, 1);
  for (const each of [secret, rotated.secret])
    new Webhook(each).verify(receiver.got[0]!.body, receiver.got[0]!.headers);
  await bed.api.database.asSystem((tx) => endOldSecret(tx, endpointId));
  await bed.client.sendTest({ endpointId });
  await bed.received(receiver, 2);
  const { body, headers } = receiver.got[1]!;
  new Webhook(rotated.secret).verify(body, headers);
  expect(() => new Webhook(secret).verify(body, headers)).toThrow("signature");
});

test("a redirect is not followed", async () => {
  await bed.startSender();
  const target = await bed.startReceiver(["webhook.test"]);
  const { receiver, endpointId } = await bed.startReceiver();
  receiver.answer = (_count, response) =>
    void response.writeHead(302, { location: target.receiver.url }).end();
  await bed.client.sendTest({ endpointId });
  await bed.received(receiver, 2);
  expect(target.receiver.got).toHaveLength(0);
  const [message] = await bed.messages(endpointId);
  expect(message?.attempts.at(-1)).toMatchObject({ status: 302, error: "Redirects are not followed." });
});

test("a sender for the public internet connects to nothing on this machine, by address or by name", async () => {
  const { receiver, endpointId } = await bed.startReceiver();
  await bed.client.sendTest({ endpointId });
  await bed.startSender({ FANFARE_WEBHOOKS_ALLOW_PRIVATE: "false" });
  const refused = async (why: string) =>
    until(why, 5_000, async () => {
      const [message] = await bed.messages(endpointId);
      return message?.attempts[0]?.error.includes(why);
    });
  await refused("is not https");
  for (const host of ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "localhost"]) {
    const url = `https://${host}:${new URL(receiver.url).port}/`;
    await bed.client.updateEndpoint({ endpointId, url, enabled: true });
    await refused(
      host === "localhost"
        ? "localhost is no address of the public internet"
        : "is no address of the public internet",
    );
  }
  expect(receiver.got).toHaveLength(0);
});

test("addresses that nothing may be sent to are refused when an end point is made, and so is everybody but admins", async () => {
  bed.api.deps.config.webhooksAllowPrivate = false;
  try {
    for (const url of [
      "http://example.com/",
      "https://10.1.2.3/",
      "https://user:pass@example.com/",
      "https://[fd00::1]/",
      "no",
    ]) {
      const error = await errorOf(bed.client.createEndpoint({ url }));
      expect(error).toMatchObject({ code: Code.InvalidArgument });
    }
  } finally {
    bed.api.deps.config.webhooksAllowPrivate = true;
  }
  const sender = await bed.clientOf(Role.SENDER);
  const denied = await errorOf(sender.listEndpoints({}));
  expect(denied).toMatchObject({ code: Code.PermissionDenied });
});
