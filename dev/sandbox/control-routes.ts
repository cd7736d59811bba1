import { changeConfig } from "./config.ts";
import { emitEvent } from "./emit-event.ts";
import { eventsOfMail } from "./event-pages.ts";
import { viewEvent } from "./event-view.ts";
import { parseFaultPlan } from "./faults.ts";
import { json, parseJson, send, type Answer, type Exchange } from "./http.ts";
import { listMails } from "./list-mails.ts";
import { viewMail } from "./mail-view.ts";
import { statsOf } from "./stats.ts";
import { resetWorld, type World } from "./world.ts";

/** Refuses connections for a while. */
export type Outage = (forMs: number) => void;

/** An hour without a sandbox is a mistyped number. */
const MAX_OUTAGE_MS = 3_600_000;

/** `/_sandbox/…`: steers and reads the sandbox; JSON, no authentication, never under faults. */
export async function routeControl(world: World, exchange: Exchange, outage: Outage): Promise<boolean> {
  if (!exchange.path.startsWith("/_sandbox/")) return false;
  const name = exchange.path.slice("/_sandbox/".length);
  if (exchange.method === "GET" && name === "mails") {
    await listMails(world, exchange);
    return true;
  }
  const value = parseJson(exchange.body);
  send(
    exchange.response,
    value === undefined ? complain("the body must be JSON") : answer(world, exchange, name, value, outage),
  );
  return true;
}

function answer(world: World, exchange: Exchange, name: string, value: unknown, outage: Outage): Answer {
  const mail = /^mails\/(\d+)$/.exec(name)?.[1];
  if (exchange.method === "GET" && mail !== undefined) return getMail(world, Number(mail));
  switch (`${exchange.method} ${name}`) {
    case "GET stats":
      return json(200, statsOf(world));
    case "GET faults":
      return json(200, { rules: world.faults.rules, injected: world.faults.injected });
    case "POST faults":
      return replaceFaults(world, value);
    case "GET config":
      return json(200, world.config);
    case "POST config": {
      const wrong = changeConfig(world.config, value);
      return wrong === null ? json(200, world.config) : complain(wrong);
    }
    case "POST outage":
      return startOutage(exchange, value, outage);
    case "POST emit":
      return emitEvent(world, value);
    case "POST reset":
      resetWorld(world);
      return json(200, { reset: true });
    default:
      return json(404, {
        message: `no such control: ${exchange.method} ${exchange.path}; see dev/sandbox/README.md`,
      });
  }
}

function complain(message: string): Answer {
  return json(400, { message });
}

function getMail(world: World, seq: number): Answer {
  const mail = viewMail(world, seq);
  if (mail === null) return json(404, { message: `no mail ${seq}; the last one is ${world.store.count}` });
  return json(200, { ...mail, events: eventsOfMail(world, seq).map((index) => viewEvent(world, index)) });
}

function replaceFaults(world: World, value: unknown): Answer {
  const plan = parseFaultPlan(value);
  if (typeof plan === "string") return complain(plan);
  world.faults.replace(plan.rules, plan.seed);
  return json(200, { rules: world.faults.rules });
}

function startOutage(exchange: Exchange, value: unknown, outage: Outage): Answer {
  const ms = (value as { ms?: unknown } | null)?.ms;
  if (typeof ms !== "number" || !(ms >= 0) || ms > MAX_OUTAGE_MS)
    return complain(`ms must be a number from 0 to ${MAX_OUTAGE_MS}`);
  // The answer goes out first: who asked for the outage must learn that it has begun.
  exchange.response.on("finish", () => outage(ms));
  return json(200, { ms }, { connection: "close" });
}
