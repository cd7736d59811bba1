import { randomBytes, randomUUID } from "node:crypto";
import { signWebhook } from "#dev/sandbox/webhooks.ts";
import { webhookSigningKey } from "./api.ts";

/** A webhook as Mailgun posts it. */
export type Webhook = {
  signature: { timestamp: string; token: string; signature: string };
  "event-data": object;
};

/** A signed webhook about a try; `more` adds to or replaces fields of the event. */
export function webhookOf(rid: string, event: string, more: object = {}): Webhook {
  return {
    signature: signatureNow(),
    "event-data": {
      id: randomUUID(),
      event,
      recipient: "somebody@example.com",
      timestamp: Date.now() / 1000,
      "user-variables": { rid },
      message: { headers: { "message-id": "provider-id@mail.example.com" } },
      ...more,
    },
  };
}

export function signatureNow(): Webhook["signature"] {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const token = randomBytes(25).toString("hex");
  return { timestamp, token, signature: signWebhook(webhookSigningKey, timestamp, token) };
}

/** Posts to the api; answers the status. */
export async function postWebhook(apiUrl: string, webhook: object): Promise<number> {
  const response = await fetch(`${apiUrl}/webhooks/mailgun`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(webhook),
  });
  await response.text();
  return response.status;
}
