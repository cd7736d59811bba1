import type { KeyOwner } from "#core/adapters/postgres/api-keys/find-key-owner.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import type { SessionOwner } from "#core/adapters/postgres/sessions/sessions.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { Metrics } from "#core/runtime/metrics.ts";
import type { ApiConfig } from "./config.ts";
import type { QueueAdmin } from "./ports/queue-admin.ts";

/** Puts messages on their streams. Both calls resolve when the broker has stored all, and throw otherwise. */
export type Publisher = {
  publish(envelope: Envelope): Promise<void>;
  publishAll(envelopes: readonly Envelope[]): Promise<void>;
};

/** What remembers who a key or a session belongs to. */
export type SignIn<Owner> = {
  /** Finds the owner by the SHA-256 of the key or cookie. */
  ownerOf(hash: Buffer): Promise<Owner | undefined>;
  /** Forgets what it knows, after a change to keys, sessions or users. */
  forget(): void;
};

/** Asks the provider what became of tries. Never throws for what the provider says. */
export type ProviderLog = {
  lookUp(query: {
    domain: string;
    rids: string[];
    tag: string;
    fromMs: number;
    toMs: number;
    addresses: string[];
  }): Promise<
    { found: ReadonlyMap<string, unknown> } & (
      | { kind: "looked_up"; complete: boolean }
      | { kind: "unavailable"; reason: string }
    )
  >;
};

/** Everything a route may use. Tests hand in other parts. */
export type ApiDeps = {
  config: ApiConfig;
  database: Database;
  publisher: Publisher;
  queueAdmin: QueueAdmin;
  signIn: SignIn<KeyOwner>;
  sessions: SignIn<SessionOwner>;
  /** Undefined: the audit does not ask the provider. */
  providerLog?: ProviderLog;
  log: Logger;
  metrics: Metrics;
  /** The program's clock, for what is shown and for caches; what rows hold is the database's time. */
  nowMs: () => number;
};
