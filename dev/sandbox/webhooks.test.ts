import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { control, message, openSandbox, post, until } from "./test-support.ts";

type Hook = {
  signature: { timestamp: string; token: string; signature: string };
  "event-data": { event: string; "user-variables": { rid: string } };
};

/** A receiver that answers with the next of the given statuses, and with the last one for ever. */
async function receiver(...statuses: number[]): Promise<{ url: string; hooks: Hook[] }> {
  const hooks: Hook[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      hooks.push(JSON.parse(Buffer.concat(chunks).toString()) as Hook);
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, hooks };
}

test("each event is told once, signed over timestamp and token", async () => {
  const { url, hooks } = await receiver(200);
  const sandbox = await openSandbox({ webhookUrl: url, signingKey: "secret" });
  await post(sandbox, message({ "v:rid": "d-1/1" }));
  await until("both are told", () => sandbox.stats().webhooks.delivered === 2);
  expect(hooks.map((hook) => hook["event-data"].event).sort()).toEqual(["accepted", "delivered"]);
  for (const { signature, "event-data": data } of hooks) {
    const { timestamp, token } = signature;
    expect(signature.signature).toBe(
      createHmac("sha256", "secret")
        .update(timestamp + token)
        .digest("hex"),
    );
    expect(data["user-variables"]).toEqual({ rid: "d-1/1" });
  }
});

test("a refused webhook comes again with a fresh token, and 406 ends it", async () => {
  const { url, hooks } = await receiver(500, 503, 406);
  const sandbox = await openSandbox({ webhookUrl: url });
  await control(sandbox, "config", { webhookRetryMs: [5, 5, 5, 5], webhookEvents: ["accepted"] });
  await post(sandbox, message());
  await until("it is stopped", () => sandbox.stats().webhooks.stopped === 1);
  expect(hooks).toHaveLength(3);
  expect(new Set(hooks.map(({ signature }) => signature.token)).size).toBe(3);
  expect(sandbox.stats().webhooks).toMatchObject({ retried: 2, waiting: 0 });
});

test("a webhook is given up when its tries are spent", async () => {
  const { url } = await receiver(500);
  const sandbox = await openSandbox({ webhookUrl: url });
  await control(sandbox, "config", { webhookRetryMs: [1], webhookEvents: ["accepted"] });
  await post(sandbox, message());
  await until("it is given up", () => sandbox.stats().webhooks.givenUp === 1);
});

test("an event can be made to happen", async () => {
  const { url, hooks } = await receiver(200);
  const sandbox = await openSandbox({ webhookUrl: url });
  await control(sandbox, "config", { webhookEvents: ["complained", "failed"] });
  await post(sandbox, message({ "v:rid": "d-1/1" }));
  await control(sandbox, "emit", { rid: "d-1/1", event: "complaint" });
  await control(sandbox, "emit", { seq: 1, event: "bounce" });
  await until("both are told", () => hooks.length === 2);
  expect(hooks.map((hook) => hook["event-data"].event).sort()).toEqual(["complained", "failed"]);
  expect(sandbox.stats().suppressions).toBe(2);
  expect(await control(sandbox, "emit", { rid: "nobody", event: "open" })).toEqual({
    message: "no such mail; name it by seq, by rid, or by messageId and recipient",
  });
});
