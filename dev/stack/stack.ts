import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { migrateToLatest } from "#core/adapters/postgres/migrate.ts";
import { makeLogDirectory } from "./log-directory.ts";
import { startNats } from "./nats.ts";
import type { Nats, NatsOptions } from "./nats.ts";
import { freePort } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import type { Postgres, PostgresOptions } from "./postgres.ts";
import type { Env, Exit, ManagedProcess } from "./process.ts";
import { SERVICE_NAMES, startSandbox, startService } from "./services.ts";
import type { LaunchOptions, ServiceName } from "./services.ts";

/** The path of the api that takes Mailgun's webhooks. */
const WEBHOOK_PATH = "/webhooks/mailgun";

/** Keys of a stack that nothing outside this machine can reach; they open no real account. */
const DEV_KEYS = {
  MAILGUN_API_KEY: "key-sandbox",
  MAILGUN_WEBHOOK_SIGNING_KEY: "sandbox-signing-key",
  KICKBOX_API_KEY: "test_sandbox",
  FANFARE_OPERATOR_KEY: "operator-dev-key",
  FANFARE_REPORTER_KEY: "reporter-dev-key",
  FANFARE_EXPORTER_KEY: "exporter-dev-key",
  FANFARE_LINK_SECRET: "a-secret-of-the-development-stack",
  // The sandbox's log is complete at once, so absence is believed soon; Mailgun's lags by up to half an hour.
  FANFARE_DOUBT_HORIZON_MS: "15000",
  FANFARE_STALL_MS: "5000",
  // Receivers are tried out on this machine.
  FANFARE_WEBHOOKS_ALLOW_PRIVATE: "true",
};

/** The same keys from the other side. */
const SANDBOX_ENV: Env = {
  SANDBOX_API_KEY: DEV_KEYS.MAILGUN_API_KEY,
  SANDBOX_SIGNING_KEY: DEV_KEYS.MAILGUN_WEBHOOK_SIGNING_KEY,
};

export type StackOptions = {
  /** How many of each; one unless said otherwise, 0 for none. */
  instances?: Partial<Record<ServiceName, number>>;
  /** false: none. */
  sandbox?: boolean;
  /** For every program of ours, and for one service only. */
  env?: Env;
  serviceEnv?: Partial<Record<ServiceName, Env>>;
  /** Wished for, not demanded: any free port is taken when somebody has it. 0 or absent: any. */
  apiPort?: number;
  sandboxPort?: number;
  postgres?: PostgresOptions;
  nats?: NatsOptions;
  /** Default: a new one under .fanfare/logs. */
  logDirectory?: string;
  /** Pass the services' output through. */
  echo?: boolean;
  onProgress?: (what: string) => void;
  onUnexpectedExit?: (name: string, exit: Exit) => void;
};

export type Stack = {
  postgres: Postgres;
  nats: Nats;
  sandbox: ManagedProcess | undefined;
  services: Record<ServiceName, ManagedProcess[]>;
  databaseUrl: string;
  natsUrl: string;
  /** Throws when the stack was started without api. */
  readonly apiUrl: string;
  /** Throws when the stack was started without sandbox. */
  readonly sandboxUrl: string;
  operatorKey: string;
  logDirectory: string;
  /** What the services were started with, for one more program beside them. */
  env: Env;
  /** Stops all in reverse order. Twice is fine. */
  stop: () => Promise<void>;
};

/** Starts everything on this machine. When any part fails to start, the parts that did are stopped before it throws. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const logDirectory = options.logDirectory ?? makeLogDirectory();
  mkdirSync(logDirectory, { recursive: true });
  const progress = options.onProgress ?? (() => undefined);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  };
  /** Remembers how to stop what starts here, in the order in which it was asked for. */
  const keep = async <Part extends { stop: () => Promise<void> }>(starting: Promise<Part>): Promise<Part> => {
    stops.push(() =>
      starting.then(
        (part) => part.stop(),
        () => undefined,
      ),
    );
    return starting;
  };
  const launch = (port: number, more: Env = {}): LaunchOptions => ({
    env: { ...options.env, ...more },
    port,
    logDirectory,
    echo: options.echo ?? false,
    ...(options.onUnexpectedExit && { onUnexpectedExit: options.onUnexpectedExit }),
  });

  try {
    progress("starting PostgreSQL, NATS and the sandbox");
    const { postgres, nats, sandbox } = await startParts(options, logDirectory, keep, launch);
    progress("migrating the database");
    const env = serviceEnv(postgres, nats, sandbox, options.env);
    const wanted = SERVICE_NAMES.filter((name) => (options.instances?.[name] ?? 1) > 0);
    if (wanted.length > 0) await migrateToLatest(postgres.url);

    if (wanted.length > 0) progress(`starting ${wanted.join(", ")}`);
    const apiPort = await wishedPort(options.apiPort);
    const startAll = async (name: ServiceName, more: Env): Promise<ManagedProcess[]> => {
      const own = { ...env, ...more, ...options.serviceEnv?.[name] };
      const instances = Array.from({ length: options.instances?.[name] ?? 1 }, (_, index) =>
        keep(startService(name, index + 1, launch(name === "api" && index === 0 ? apiPort : 0, own))),
      );
      return allStarted(instances);
    };
    // The api first: the others put its address into unsubscribe links.
    const apis = await startAll("api", {});
    const publicUrl = apis[0]?.address ?? env["FANFARE_PUBLIC_URL"] ?? "http://127.0.0.1";
    const others = SERVICE_NAMES.filter((name) => name !== "api").map(
      async (name) => [name, await startAll(name, { FANFARE_PUBLIC_URL: publicUrl })] as const,
    );
    const services = { api: apis, ...Object.fromEntries(await allStarted(others)) } as Record<
      ServiceName,
      ManagedProcess[]
    >;
    const api = services.api[0];
    if (api?.address !== undefined && sandbox?.address !== undefined)
      await sendWebhooks(sandbox.address, api.address);

    return {
      postgres,
      nats,
      sandbox,
      services,
      databaseUrl: postgres.url,
      natsUrl: nats.url,
      get apiUrl() {
        return addressOf(api, "api");
      },
      get sandboxUrl() {
        return addressOf(sandbox, "sandbox");
      },
      operatorKey: env["FANFARE_OPERATOR_KEY"] ?? "",
      logDirectory,
      env,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Keep = <Part extends { stop: () => Promise<void> }>(starting: Promise<Part>) => Promise<Part>;

async function startParts(
  options: StackOptions,
  logDirectory: string,
  keep: Keep,
  launch: (port: number, more?: Env) => LaunchOptions,
): Promise<{ postgres: Postgres; nats: Nats; sandbox: ManagedProcess | undefined }> {
  const sandboxPort = await wishedPort(options.sandboxPort);
  const [postgres, nats, sandbox] = await allStarted<Postgres | Nats | ManagedProcess | undefined>([
    keep(startPostgres({ logFile: join(logDirectory, "postgres.log"), ...options.postgres })),
    keep(startNats({ logFile: join(logDirectory, "nats-server.log"), ...options.nats })),
    options.sandbox === false
      ? Promise.resolve(undefined)
      : keep(startSandbox(launch(sandboxPort, SANDBOX_ENV))),
  ]);
  return {
    postgres: postgres as Postgres,
    nats: nats as Nats,
    sandbox: sandbox as ManagedProcess | undefined,
  };
}

/** 0 lets the program choose, which no other process can come between. */
async function wishedPort(port: number | undefined): Promise<number> {
  return port === undefined || port === 0 ? 0 : freePort(port);
}

/** Like Promise.all, but waits for all before it fails, so that a stop after it finds nothing half-started. */
async function allStarted<T>(starting: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

function serviceEnv(
  postgres: Postgres,
  nats: Nats,
  sandbox: ManagedProcess | undefined,
  more: Env | undefined,
): Env {
  const vendors =
    sandbox?.address === undefined
      ? {}
      : { MAILGUN_API_URL: sandbox.address, KICKBOX_API_URL: sandbox.address };
  return {
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    LOG_LEVEL: "info",
    ...DEV_KEYS,
    ...vendors,
    ...more,
  };
}

/** The sandbox starts before the api has an address. */
async function sendWebhooks(sandboxUrl: string, apiUrl: string): Promise<void> {
  const answer = await fetch(new URL("/_sandbox/config", sandboxUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ webhookUrl: new URL(WEBHOOK_PATH, apiUrl).href }),
  });
  if (!answer.ok)
    throw new Error(
      `the sandbox did not take the address for webhooks: ${answer.status} ${await answer.text()}`,
    );
}

function addressOf(part: ManagedProcess | undefined, name: string): string {
  if (part?.address === undefined) throw new Error(`this stack was started without ${name}`);
  return part.address.replace(/\/$/, "");
}
