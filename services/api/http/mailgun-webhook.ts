import type { IncomingMessage, ServerResponse } from "node:http";
import { parseWebhook, verifyWebhook } from "#core/adapters/mailgun/webhook.ts";
import type { ProviderEvent } from "#core/adapters/mailgun/provider-event.ts";
import type { ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import { parseRid } from "#core/domain/delivery/id.ts";
import { readBody } from "./read-body.ts";
import type { WebhookInbox } from "./webhook-inbox.ts";

/** Where Mailgun's webhooks are posted to. */
export const mailgunWebhookPath = "/webhooks/mailgun";

// An event has a few kilobytes; the headers of a large mail are in it.
const maxBodyBytes = 256 * 1024;

/**
 * Takes one webhook: signed, read, committed to the inbox, then 200. Mailgun repeats everything but 200 and 406 for about eight hours, so
 * 406 says that a repetition would not help, and 503 that it would. What the event means is applied by the scheduler.
 */
export async function answerMailgunWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  parts: { inbox: WebhookInbox; signingKey: string | undefined; nowMs: () => number },
): Promise<void> {
  if (request.method !== "POST") return end(response, 405, "Webhooks are POSTed.");
  if (parts.signingKey === undefined) return end(response, 503, "MAILGUN_WEBHOOK_SIGNING_KEY is not set.");
  const text = await readBody(request, maxBodyBytes);
  if (text === undefined) return end(response, 406, "The body is too large.");
  const body = parseJson(text);
  const check = verifyWebhook(body, parts.signingKey, parts.nowMs());
  if (check.kind === "problem") return end(response, 406, `The signature is refused: ${check.problem}.`);
  const reading = parseWebhook(body);
  if (reading.kind === "ignored") return end(response, 200, "Not needed.");
  if (reading.kind === "problem") return end(response, 406, reading.problem);
  try {
    await parts.inbox.put(received(reading.event, check.token));
  } catch {
    return end(response, 503, "The event could not be stored; send it again.");
  }
  end(response, 200, "Stored.");
}

function received(event: ProviderEvent, token: string): ReceivedEvent {
  const { id, kind, rid = "", providerMessageId, reason = "", atMs } = event;
  return { id, token, kind, delivery: parseRid(rid), providerMessageId, reason, atMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function end(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
