import type { NightlyAudit } from "#core/adapters/postgres/audit/nightly.ts";
import type { Retention } from "#core/adapters/postgres/maintenance/retention.ts";
import type { FactLog } from "#core/adapters/postgres/replay/publish-facts.ts";
import type { TimerStore } from "#core/adapters/postgres/timer-store.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { GiveWay } from "#core/runtime/right-of-way.ts";
import type { AuditMeter } from "./audit-nightly.ts";

/** Asks the provider what became of tries. Never throws for what the provider says. */
export interface ProviderLog {
  lookUp(query: {
    domain: string;
    rids: string[];
    tag: string;
    fromMs: number;
    toMs: number;
    addresses: string[];
  }): Promise<LookUpAnswer>;
}

export type LookUpAnswer = {
  found: ReadonlyMap<string, { event: string; providerMessageId: string; atMs: number }>;
} & ({ kind: "looked_up"; complete: boolean } | { kind: "unavailable"; reason: string });

/** What the scheduler's timers need of the world. */
export interface SchedulerDeps {
  store: TimerStore;
  publisher: { publishAll(envelopes: readonly Envelope[]): Promise<void> };
  /** Messages that the broker holds on a subject. */
  countMessages: (stream: string, subject: string) => Promise<number>;
  providerLog: ProviderLog;
  log: Logger;
  name: string;
  /** Clock for message headers; what is due is decided by the database's. */
  nowMs: () => number;
  random: () => number;
  doubtHorizonMs: number;
  stallMs: number;
  /** Resolves when a round may begin; nobody waits for a timer as for a blast. Without it they begin at once. */
  giveWay?: GiveWay;
  /** Undefined: everything is kept. */
  retention?: { store: Retention; keepMonths: number };
  /** Undefined: the log of facts is not published. */
  facts?: FactLog;
  /** Undefined: no audit at night. */
  nightly?: { audit: NightlyAudit; meter: AuditMeter };
}

/** What every timer's round answers: whether there is more to do at once. */
export interface Round {
  more: boolean;
}
