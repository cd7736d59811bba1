import type { DeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import type { Way } from "#core/adapters/nats/way.ts";
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { ProviderMeter } from "./governors.ts";
import type { TemplateCache } from "./template-cache.ts";

/** One call to the mail provider: the same mail for up to 1,000 customers, each with its own values. */
export interface Mail {
  domain: string;
  from: string;
  replyTo?: string;
  /** May hold %recipient.name% placeholders, as may the header values. */
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  recipients: { address: string; displayName?: string; rid: string; variables: Record<string, string> }[];
  tag: string;
  timeoutMs: number;
}

/** The mail provider. Never throws. */
export interface Mailer {
  send(mail: Mail, signal?: AbortSignal): Promise<ProviderAnswer>;
}

/** The address verifier. Never throws; what it cannot judge is missing or `unavailable`. */
export interface Verifier {
  verifyMany(addresses: string[], signal?: AbortSignal): Promise<ReadonlyMap<string, AddressVerdict>>;
}

export type AddressVerdict =
  | { kind: "judged"; result: "deliverable" | "undeliverable" | "risky" | "unknown"; reason: string }
  | { kind: "unavailable"; reason: string };

/** What customer-sender needs of the world. */
export interface CustomerSenderDeps {
  store: DeliveryStore;
  mailer: Mailer;
  /** Undefined: addresses are not verified. */
  verifier: Verifier | undefined;
  templates: TemplateCache;
  log: Logger;
  /** Program, host and process: it stands in leases and explanations. */
  name: string;
  /** Milliseconds that only go forward, for deadlines. */
  monotonicMs: () => number;
  /** Waits by the same clock. Rejects when the signal is aborted. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1), for jitter. */
  random: () => number;
  newId: () => string;
  /** Of customers of one agency, in their order. */
  unsubscribeUrls: (agencyId: string, customerIds: readonly string[]) => string[];
  batchMax: number;
  callTimeoutMs: number;
  /** Batches of one sending domain that this instance has at the provider at once, when all is well; `defaultMaxCalls` when absent. */
  maxCallsPerDomain?: number;
  meter?: ProviderMeter;
  /** Between small batches and large ones, over all processes. Without it nobody waits. */
  way?: Pick<Way, "give" | "passed">;
  leaseMs: number;
  /** When the provider is first asked about a send in doubt. */
  firstLookMs: number;
}
