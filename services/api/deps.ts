import type { KeyOwner } from "#core/adapters/postgres/api-keys/find-key-owner.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import type { SessionOwner } from "#core/adapters/postgres/sessions/sessions.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { Metrics } from "#core/runtime/metrics.ts";
import type { WayLane } from "#core/runtime/right-of-way.ts";
import type { ExportTokens } from "./auth/export-token.ts";
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

/** Where the exporter puts files, as far as the API reads it. */
export type ExportFiles = {
  /** The bytes of a file from an offset on, in pieces; undefined when it is not there (any more). */
  read(file: string, offset: number): Promise<AsyncIterable<Uint8Array> | undefined>;
};

/** Everything a route may use. Tests hand in other parts. */
export type ApiDeps = {
  config: ApiConfig;
  database: Database;
  publisher: Publisher;
  /** Says that a blast was just asked for, so that large pieces let it pass; does nothing while the broker is away. Undefined: nobody is told. */
  askForWay?: (lane: WayLane, agencyId: string) => void;
  queueAdmin: QueueAdmin;
  signIn: SignIn<KeyOwner>;
  sessions: SignIn<SessionOwner>;
  /** Undefined: the audit does not ask the provider. */
  providerLog?: ProviderLog;
  exportTokens: ExportTokens;
  /** Undefined: exports are not set up here, or their files cannot be read by the API. */
  exportFiles?: ExportFiles;
  log: Logger;
  metrics: Metrics;
  /** The program's clock, for what is shown and for caches; what rows hold is the database's time. */
  nowMs: () => number;
};
