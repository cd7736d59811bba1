import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { MAX_AGE_MS, parseWebhook, verifyWebhook } from "./webhook.ts";

const KEY = "signing-key";
const NOW_MS = 1_763_798_400_000;
const TIMESTAMP = String(NOW_MS / 1_000);
const TOKEN = "t".repeat(50);

function sign(timestamp: string, token: string, key = KEY) {
  return {
    timestamp,
    token,
    signature: createHmac("sha256", key)
      .update(timestamp + token)
      .digest("hex"),
  };
}

test("a webhook signed with our key is genuine, and its token is given to be remembered", () => {
  expect(verifyWebhook({ signature: sign(TIMESTAMP, TOKEN) }, KEY, NOW_MS)).toEqual({
    kind: "ok",
    token: TOKEN,
  });
});

const forged: [name: string, body: unknown, problem: string][] = [
  ["another key", { signature: sign(TIMESTAMP, TOKEN, "other") }, "bad_signature"],
  ["another token", { signature: { ...sign(TIMESTAMP, TOKEN), token: "u".repeat(50) } }, "bad_signature"],
  ["another time", { signature: { ...sign(TIMESTAMP, TOKEN), timestamp: "1763798401" } }, "bad_signature"],
  ["a short signature", { signature: { ...sign(TIMESTAMP, TOKEN), signature: "ab" } }, "malformed"],
  ["no signature", {}, "malformed"],
  ["no object", "hello", "malformed"],
  ["an endless token", { signature: sign(TIMESTAMP, "t".repeat(10_000)) }, "malformed"],
  ["an old time", { signature: sign(String((NOW_MS - MAX_AGE_MS) / 1_000 - 1), TOKEN) }, "too_old"],
  ["a time to come", { signature: sign(String(NOW_MS / 1_000 + 3_600), TOKEN) }, "from_the_future"],
];

test.each(forged)("a webhook with %s is refused", (_name, body, problem) => {
  expect(verifyWebhook(body, KEY, NOW_MS)).toEqual({ kind: "problem", problem });
});

test("no key at all makes nothing genuine", () => {
  expect(verifyWebhook({ signature: sign(TIMESTAMP, TOKEN, "") }, "", NOW_MS)).toEqual({
    kind: "problem",
    problem: "bad_signature",
  });
});

const EVENT = {
  id: "e1",
  timestamp: 1_763_798_400.123,
  recipient: "ada@example.com",
  message: { headers: { "message-id": "1@mg.agency.example" } },
  "user-variables": { rid: "d1/1" },
};
const FACT = {
  id: "e1",
  recipient: "ada@example.com",
  rid: "d1/1",
  providerMessageId: "1@mg.agency.example",
  atMs: 1_763_798_400_123,
};

test.each(["accepted", "delivered", "opened", "clicked", "unsubscribed", "complained"])(
  "a webhook of %s is that fact",
  (event) => {
    expect(parseWebhook({ "event-data": { ...EVENT, event } })).toEqual({
      kind: "event",
      event: { ...FACT, kind: event },
    });
  },
);

test("a failure is permanent unless it says that it is temporary, and keeps the mail server's words", () => {
  const failed = {
    ...EVENT,
    event: "failed",
    reason: "bounce",
    "delivery-status": { code: 550, message: "No such user" },
  };
  expect(parseWebhook({ "event-data": { ...failed, severity: "permanent" } })).toEqual({
    kind: "event",
    event: { ...FACT, kind: "failed_permanent", reason: "bounce 550 No such user" },
  });
  expect(parseWebhook({ "event-data": failed })).toMatchObject({ event: { kind: "failed_permanent" } });
  expect(parseWebhook({ "event-data": { ...failed, severity: "temporary" } })).toMatchObject({
    event: { kind: "failed_temporary" },
  });
});

test("a mail that is not ours has no rid, an unknown event is ignored, and a broken one is a problem", () => {
  expect(
    parseWebhook({ "event-data": { ...EVENT, event: "opened", "user-variables": {} } }),
  ).not.toHaveProperty("event.rid");
  expect(parseWebhook({ "event-data": { ...EVENT, event: "list_member_uploaded" } })).toEqual({
    kind: "ignored",
    event: "list_member_uploaded",
  });
  expect(parseWebhook({ "event-data": { event: "opened" } })).toMatchObject({ kind: "problem" });
  for (const body of [null, 7, [], {}, { "event-data": [] }])
    expect(parseWebhook(body)).toMatchObject({ kind: "problem" });
});
