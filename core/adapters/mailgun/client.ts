import Mailgun from "mailgun.js";
import type { SendResult } from "./classify.ts";
import { lookUp, type LogsClient, type LookUpQuery, type LookUpResult } from "./look-up.ts";
import { MultipartForm } from "./multipart-form.ts";
import type { OutgoingBatch } from "./outgoing-batch.ts";
import { sendBatch, type MessagesClient } from "./send.ts";

export type MailgunConfig = {
  /** `https://api.mailgun.net` or `https://api.eu.mailgun.net`: the region where the domain lives. */
  apiUrl: string;
  apiKey: string;
  /** The longest that any one call may take; must be below the lease of a delivery. */
  timeoutMs: number;
};

export type MailgunAdapter = {
  /** Never throws. */
  send(batch: OutgoingBatch, signal?: AbortSignal): Promise<SendResult>;
  /** Throws only when asked for more than one batch. */
  lookUp(query: LookUpQuery, signal?: AbortSignal): Promise<LookUpResult>;
};

/**
 * One client may serve all agencies of an account: it holds the key and nothing that a call changes (never
 * `setSubaccount`, which would change the calls of others). Connections are those of Node's global agent, kept for at
 * most 5 s of idleness and shorter when the server says so: far below what front ends keep them, which is what makes
 * a send into a connection that was just closed rare. How many calls run at once is the caller's to bound.
 */
export function createMailgun({ apiUrl, apiKey, timeoutMs }: MailgunConfig): MailgunAdapter {
  const url = new URL(apiUrl);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new Error(`the Mailgun URL must be http(s), not ${apiUrl}`);
  if (!(timeoutMs > 0)) throw new Error(`the Mailgun timeoutMs must be above 0, not ${timeoutMs}`);
  // The library's own time-out (none, when left out) is a second belt; `watchCall` also covers the answer's body.
  const client = new Mailgun(MultipartForm as never).client({
    username: "api",
    key: apiKey,
    url: apiUrl,
    timeout: timeoutMs,
  });
  const messages = client.messages as unknown as MessagesClient;
  const logs = client.logs as unknown as LogsClient;
  return {
    send: (batch, signal) => sendBatch(messages, timeoutMs, batch, signal),
    lookUp: (query, signal) => lookUp(logs, timeoutMs, query, signal),
  };
}
