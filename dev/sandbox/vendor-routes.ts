import { setTimeout as sleep } from "node:timers/promises";
import { editSuppressions } from "./edit-suppressions.ts";
import { basicPassword, json, send, text, type Answer, type Exchange } from "./http.ts";
import { answerUnder } from "./inject.ts";
import { listEvents } from "./list-events.ts";
import { listLogs } from "./list-logs.ts";
import { acceptMessage, prepareMessage } from "./send-message.ts";
import type { SuppressionKind } from "./suppressions.ts";
import { verifyEmail } from "./verify-email.ts";
import type { World } from "./world.ts";

const DOMAIN_PATH = /^\/v3\/([^/]+)\/(messages|events|bounces|unsubscribes|complaints)(?:\/([^/]+))?$/;
const NO_RECIPIENTS: readonly string[] = [];

/** Answers what the vendors answer; false when the path is not theirs. */
export async function routeVendors(world: World, exchange: Exchange): Promise<boolean> {
  const { path } = exchange;
  if (path !== "/v2/verify" && !path.startsWith("/v3/") && path !== "/v1/analytics/logs") return false;
  if (world.config.latencyMs > 0) await sleep(world.config.latencyMs);
  if (path === "/v2/verify") {
    await faulted(world, exchange, "", [exchange.url.searchParams.get("email") ?? ""], () =>
      verifyEmail(world, exchange),
    );
    return true;
  }
  if (!isKnownKey(world, basicPassword(exchange.request))) {
    send(exchange.response, text(401, "Forbidden"));
    return true;
  }
  if (path === "/v1/analytics/logs") {
    await faulted(world, exchange, "", NO_RECIPIENTS, () => listLogs(world, exchange));
    return true;
  }
  await routeDomain(world, exchange);
  return true;
}

async function routeDomain(world: World, exchange: Exchange): Promise<void> {
  const [, encoded, kind, rest] = DOMAIN_PATH.exec(exchange.path) ?? [];
  if (encoded === undefined || kind === undefined)
    return send(exchange.response, text(404, "404 page not found"));
  const domain = decodeURIComponent(encoded).toLowerCase();
  if (domain.startsWith("unknown.") || world.config.deniedDomains.includes(domain)) {
    return send(exchange.response, json(404, { message: `Domain not found: ${domain}` }));
  }
  if (kind === "messages") return sendMessage(world, exchange, domain);
  const item = rest === undefined ? undefined : decodeURIComponent(rest);
  await faulted(world, exchange, domain, NO_RECIPIENTS, () =>
    kind === "events"
      ? listEvents(world, exchange, domain, item)
      : editSuppressions(world, exchange, domain, kind as SuppressionKind, item),
  );
}

async function sendMessage(world: World, exchange: Exchange, domain: string): Promise<void> {
  if (exchange.method !== "POST")
    return send(exchange.response, json(405, { message: "Method Not Allowed" }));
  world.calls.messages++;
  const prepared = await prepareMessage(world, exchange, domain);
  if ("status" in prepared) {
    world.calls.refused++;
    return send(exchange.response, prepared);
  }
  const recipients = prepared.mailboxes.map(({ address }) => address);
  await faulted(world, exchange, domain, recipients, () => acceptMessage(world, prepared));
}

async function faulted(
  world: World,
  exchange: Exchange,
  domain: string,
  recipients: readonly string[],
  act: () => Answer | Promise<Answer>,
): Promise<void> {
  await answerUnder(world.faults.strike({ path: exchange.path, domain, recipients }), exchange, domain, act);
}

/** Without a key of its own the sandbox lets every key in but those that say that they are wrong. */
function isKnownKey(world: World, key: string | null): boolean {
  if (key === null || key === "") return false;
  const { apiKey } = world.options;
  return apiKey === undefined ? !key.startsWith("wrong-") : key === apiKey;
}
