import { startTicker, type Ticker } from "#core/runtime/ticker.ts";
import type { Round, SchedulerDeps } from "./deps.ts";
import { auditNightly } from "./audit-nightly.ts";
import { applyProviderEvents } from "./apply-provider-events.ts";
import { forgetOld } from "./forget-old.ts";
import { expireLeases } from "./expire-leases.ts";
import { fireSchedules } from "./fire-schedules.ts";
import { publishFacts } from "./publish-facts.ts";
import { rebuildQueues } from "./rebuild-queues.ts";
import { relayOutbox } from "./relay-outbox.ts";
import { settleDoubts } from "./settle-doubts.ts";
import { tendTables } from "./tend-tables.ts";
import { wakeRetries } from "./wake-retries.ts";

/** Every timer of the house, with how often it looks. Any number of schedulers may run: rows are taken with SKIP LOCKED. */
const timers: [name: string, everyMs: number, round: (deps: SchedulerDeps) => Promise<Round>][] = [
  ["relay-outbox", 250, relayOutbox],
  ["fire-schedules", 250, fireSchedules],
  ["wake-retries", 500, wakeRetries],
  ["expire-leases", 1_000, expireLeases],
  ["apply-provider-events", 500, applyProviderEvents],
  ["settle-doubts", 1_000, settleDoubts],
  ["rebuild-queues", 1_000, rebuildQueues],
  ["publish-facts", 1_000, publishFacts],
  ["tend-tables", 3_600_000, tendTables],
  ["forget-old", 900_000, forgetOld],
  ["audit-nightly", 600_000, nightly],
];

async function nightly({ nightly: wanted, log }: SchedulerDeps): Promise<Round> {
  return wanted === undefined ? { more: false } : auditNightly({ ...wanted, log });
}

export function startTimers(deps: SchedulerDeps): Ticker[] {
  return timers.map(([name, everyMs, round]) =>
    startTicker({
      name,
      everyMs,
      async round() {
        await deps.giveWay?.();
        return round(deps);
      },
      log: deps.log,
    }),
  );
}
