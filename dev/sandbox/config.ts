import type { EventName } from "./event-log.ts";

/** What `POST /_sandbox/config` may change while the sandbox runs; every field may be left out. */
export type SandboxConfig = {
  /** Added before every vendor answer. */
  latencyMs: number;
  /** An event is visible to Events and Logs only when it is this old; Mailgun promises nothing before ~30 minutes. */
  eventLagMs: number;
  /** From acceptance to the delivered or failed event. */
  deliveryDelayMs: number;
  /** Where signed webhooks go; empty for nowhere. */
  webhookUrl: string;
  /** Which events are sent there. */
  webhookEvents: EventName[];
  /** Waits between the tries of one webhook. */
  webhookRetryMs: number[];
  /** Domains that are answered with 404, beside all that start with `unknown.`. */
  deniedDomains: string[];
  /** Verifications left; -1 for without end. */
  kickboxBalance: number;
  /** 0 switches a limit off. */
  kickboxMaxInFlight: number;
  kickboxMaxPerMinute: number;
  kickboxLatencyMs: number;
};

export const DEFAULT_CONFIG: SandboxConfig = {
  latencyMs: 0,
  eventLagMs: 0,
  deliveryDelayMs: 50,
  webhookUrl: "",
  webhookEvents: ["accepted", "delivered", "failed", "opened", "clicked", "unsubscribed", "complained"],
  webhookRetryMs: [1_000, 3_000, 10_000, 30_000, 60_000],
  deniedDomains: [],
  kickboxBalance: 1_000_000,
  kickboxMaxInFlight: 25,
  kickboxMaxPerMinute: 8_000,
  kickboxLatencyMs: 0,
};

/** Overlays a change on a configuration; gives a sentence when a field is unknown or of another type. */
export function changeConfig(config: SandboxConfig, change: unknown): string | null {
  if (typeof change !== "object" || change === null || Array.isArray(change))
    return "config must be a JSON object";
  for (const [name, value] of Object.entries(change)) {
    if (!(name in config)) return `no such setting: ${name}; there are ${Object.keys(config).join(", ")}`;
    const known = config[name as keyof SandboxConfig];
    if (typeof value !== typeof known || Array.isArray(value) !== Array.isArray(known)) {
      return `${name} must be like ${JSON.stringify(DEFAULT_CONFIG[name as keyof SandboxConfig])}`;
    }
  }
  Object.assign(config, change);
  return null;
}
