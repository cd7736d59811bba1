import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "#core/adapters/postgres/database.ts";
import type { Readiness } from "#core/runtime/health.ts";
import type { Metrics } from "#core/runtime/metrics.ts";
import { answerConsole, type ConsoleFiles } from "./console-files.ts";
import { answerMailgunWebhook, mailgunWebhookPath } from "./mailgun-webhook.ts";
import { answerProbe } from "./probes.ts";
import { answerUnsubscribe, unsubscribePrefix } from "./unsubscribe-page.ts";
import type { WebhookInbox } from "./webhook-inbox.ts";

/** What the pages beside the RPCs need. */
export type PageParts = {
  ready: () => Promise<Readiness>;
  metrics: Metrics;
  database: Database;
  inbox: WebhookInbox;
  signingKey: string | undefined;
  linkSecret: string | undefined;
  /** The built console; undefined serves none. */
  console: ConsoleFiles | undefined;
  nowMs: () => number;
};

const probePaths = new Set(["/healthz", "/readyz", "/metrics"]);

/** Answers what is no RPC: the provider's webhooks, customers' unsubscribe links, probes, and the console. */
export async function answerPage(
  request: IncomingMessage,
  response: ServerResponse,
  parts: PageParts,
): Promise<void> {
  const path = request.url?.split("?", 1)[0] ?? "/";
  if (path === mailgunWebhookPath) return answerMailgunWebhook(request, response, parts);
  if (path.startsWith(unsubscribePrefix)) return answerUnsubscribe(request, response, parts);
  if (!probePaths.has(path) && parts.console !== undefined && answerConsole(request, response, parts.console))
    return;
  return answerProbe(request, response, parts);
}
