// Everything of a chaos run as real processes, with a proxy of our own on every way between them.
import { mkdirSync } from "node:fs";
import { migrateToLatest } from "#core/adapters/postgres/migrate.ts";
import { startNatsCluster } from "#dev/stack/nats-cluster.ts";
import type { NatsCluster } from "#dev/stack/nats-cluster.ts";
import { startPostgres } from "#dev/stack/postgres.ts";
import type { Postgres } from "#dev/stack/postgres.ts";
import type { ManagedProcess } from "#dev/stack/process.ts";
import { SERVICE_NAMES, startSandbox, startService } from "#dev/stack/services.ts";
import type { ServiceName } from "#dev/stack/services.ts";
import { startToxicProxy } from "./proxy/toxic-proxy.ts";
import type { ToxicProxy } from "./proxy/toxic-proxy.ts";
import { SERVICE_TIMES } from "./settings.ts";
import { supervise } from "./supervise.ts";
import type { Supervised } from "./supervise.ts";
import { startWebhookRelay } from "./webhook-relay.ts";
import type { WebhookRelay } from "./webhook-relay.ts";

const INSTANCES: Record<ServiceName, number> = { api: 2, listSender: 2, customerSender: 2, scheduler: 2 };
const OPERATOR_KEY = "operator-chaos-key";
const SIGNING_KEY = "sandbox-signing-key";
const SANDBOX_KEY = "key-sandbox";

/** What a service's traffic passes: to the database, to each broker, to the provider. */
export type Ways = { postgres: ToxicProxy; nats: ToxicProxy[]; sandbox: ToxicProxy };

export type World = {
  postgres: Postgres;
  nats: NatsCluster;
  sandbox: ManagedProcess;
  sandboxUrl: string;
  services: Supervised[];
  ways: Record<ServiceName, Ways>;
  relay: WebhookRelay;
  /** Of the api's instances, not through a proxy. */
  apiUrls: string[];
  operatorKey: string;
  logDirectory: string;
  stop: () => Promise<void>;
};

/** Starts it all. When a part fails to start, those that did are stopped before it throws. */
export async function startWorld(
  logDirectory: string,
  onProgress: (what: string) => void,
  onLife: (what: string) => void,
): Promise<World> {
  mkdirSync(logDirectory, { recursive: true });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  };
  const keep = <Part>(part: Part, end: (part: Part) => Promise<unknown>): Part => {
    stops.push(() => end(part));
    return part;
  };
  try {
    onProgress("starting PostgreSQL, three NATS servers and the sandbox");
    const postgres = keep(await startPostgres({ logFile: `${logDirectory}/postgres.log` }), (it) =>
      it.stop(),
    );
    const nats = keep(await startNatsCluster({ logDirectory }), (it) => it.stop());
    const base = { port: 0, logDirectory, echo: false };
    const sandboxEnv = { SANDBOX_API_KEY: SANDBOX_KEY, SANDBOX_SIGNING_KEY: SIGNING_KEY };
    const sandbox = keep(await startSandbox({ ...base, env: sandboxEnv }), (it) => it.stop());
    const sandboxUrl = (sandbox.address ?? "").replace(/\/$/, "");
    await migrateToLatest(postgres.url);

    const relay = keep(await startWebhookRelay(), (it) => it.close());
    const targets = { postgres: postgres.url, nats: nats.servers.map(({ url }) => url), sandbox: sandboxUrl };
    const ways = {} as Record<ServiceName, Ways>;
    for (const name of SERVICE_NAMES)
      ways[name] = keep(await openWays(name, targets), (it) =>
        Promise.all([it.postgres, it.sandbox, ...it.nats].map((proxy) => proxy.close())),
      );

    onProgress("starting the services, two of each");
    const services: Supervised[] = [];
    for (const name of SERVICE_NAMES) {
      const publicUrl = services[0]?.process.address ?? "http://127.0.0.1";
      const env = { ...serviceEnv(postgres.url, ways[name]), FANFARE_PUBLIC_URL: publicUrl };
      const started = await Promise.all(
        Array.from({ length: INSTANCES[name] }, (_, index) =>
          supervise(
            name,
            (onUnexpectedExit) => startService(name, index + 1, { ...base, env, onUnexpectedExit }),
            onLife,
          ),
        ),
      );
      for (const each of started) services.push(keep(each, (it) => it.retire()));
    }
    const apiUrls = services
      .filter(({ service }) => service === "api")
      .map(({ process }) => (process.address ?? "").replace(/\/$/, ""));
    relay.forwardTo(apiUrls.map((url) => `${url}/webhooks/mailgun`));
    await configureSandbox(sandboxUrl, relay.url);
    return {
      postgres, nats, sandbox, sandboxUrl, services, ways, relay, apiUrls,
      operatorKey: OPERATOR_KEY, logDirectory, stop,
    }; // prettier-ignore
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openWays(
  service: ServiceName,
  targets: { postgres: string; nats: string[]; sandbox: string },
): Promise<Ways> {
  const open = (name: string, url: string) =>
    startToxicProxy(`${service}→${name}`, Number(new URL(url).port));
  return {
    postgres: await open("postgres", targets.postgres),
    nats: await Promise.all(targets.nats.map((url, index) => open(`nats-${index + 1}`, url))),
    sandbox: await open("sandbox", targets.sandbox),
  };
}

function serviceEnv(databaseUrl: string, ways: Ways): Record<string, string> {
  const database = new URL(databaseUrl);
  database.port = `${ways.postgres.port}`;
  const vendor = `http://127.0.0.1:${ways.sandbox.port}`;
  return {
    DATABASE_URL: database.href,
    NATS_URL: ways.nats.map(({ port }) => `nats://127.0.0.1:${port}`).join(","),
    FANFARE_NATS_REPLICAS: `${ways.nats.length}`,
    MAILGUN_API_URL: vendor,
    KICKBOX_API_URL: vendor,
    MAILGUN_API_KEY: SANDBOX_KEY,
    MAILGUN_WEBHOOK_SIGNING_KEY: SIGNING_KEY,
    KICKBOX_API_KEY: "test_sandbox",
    FANFARE_OPERATOR_KEY: OPERATOR_KEY,
    FANFARE_LINK_SECRET: "a-secret-of-the-chaos-run-only-0123456789",
    LOG_LEVEL: "info",
    ...SERVICE_TIMES,
  };
}

async function configureSandbox(sandboxUrl: string, webhookUrl: string): Promise<void> {
  // Kickbox's own limit of calls a minute is not what is tested here; the run must not wait for it.
  const change = { webhookUrl, kickboxMaxPerMinute: 0 };
  const answer = await fetch(`${sandboxUrl}/_sandbox/config`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(change),
  });
  if (!answer.ok)
    throw new Error(`the sandbox refused its settings: ${answer.status} ${await answer.text()}`);
}
