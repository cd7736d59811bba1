import { DEFAULT_CONFIG, type SandboxConfig } from "./config.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createKickboxMeter, type KickboxMeter } from "./kickbox-meter.ts";
import { createMailStore, type MailStore } from "./mail-store.ts";
import { createSuppressions, type Suppressions } from "./suppressions.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

export type SandboxOptions = {
  port?: number;
  host?: string;
  /** Signs webhooks. */
  signingKey?: string;
  /** The only key that is let in; without it every key is, so that each agency may have its own. */
  apiKey?: string;
  webhookUrl?: string;
  latencyMs?: number;
};

export type CallCounts = {
  messages: number;
  refused: number;
  events: number;
  logs: number;
  suppressions: number;
  verifications: number;
};

/** All that the sandbox knows. */
export type World = {
  options: SandboxOptions;
  config: SandboxConfig;
  store: MailStore;
  log: EventLog;
  suppressions: Suppressions;
  faults: Faults;
  delivery: Delivery;
  webhooks: Webhooks;
  kickbox: KickboxMeter;
  calls: CallCounts;
  startedAtMs: number;
  /** Where the sandbox listens; known once it does. */
  baseUrl: string;
};

/** A signing key that says what it is. */
export const DEFAULT_SIGNING_KEY = "sandbox-signing-key";

export function createWorld(options: SandboxOptions): World {
  const world: World = {
    options,
    config: initialConfig(options),
    store: createMailStore(),
    log: createEventLog(),
    suppressions: createSuppressions(),
    faults: createFaults(),
    kickbox: createKickboxMeter(),
    calls: noCalls(),
    startedAtMs: Date.now(),
    baseUrl: "",
    delivery: undefined as never,
    webhooks: undefined as never,
  };
  world.webhooks = createWebhooks(world, options.signingKey ?? DEFAULT_SIGNING_KEY);
  world.delivery = createDelivery(world);
  return world;
}

/** Forgets everything that was sent or set since the start. */
export function resetWorld(world: World): void {
  world.delivery.clear();
  world.webhooks.clear();
  world.store.clear();
  world.log.clear();
  world.suppressions.clear();
  world.faults.replace([], 1);
  world.kickbox.clear();
  world.calls = noCalls();
  Object.assign(world.config, initialConfig(world.options));
}

function initialConfig(options: SandboxOptions): SandboxConfig {
  const config = structuredClone(DEFAULT_CONFIG);
  if (options.latencyMs !== undefined) config.latencyMs = options.latencyMs;
  if (options.webhookUrl !== undefined) config.webhookUrl = options.webhookUrl;
  return config;
}

function noCalls(): CallCounts {
  return { messages: 0, refused: 0, events: 0, logs: 0, suppressions: 0, verifications: 0 };
}
