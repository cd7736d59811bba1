import type { World } from "./world.ts";

/** `GET /_sandbox/stats`: the sandbox's side of every balance sheet. */
export type SandboxStats = ReturnType<typeof statsOf>;

export function statsOf(world: World) {
  const { store, log, faults, delivery, webhooks, suppressions, calls } = world;
  const summary = store.summary();
  return {
    /** Mails, one for each recipient of each call. */
    accepted: store.count,
    distinctRids: summary.distinctRids,
    withoutRid: summary.withoutRid,
    /** Distinct deliveries: rids without what follows their last `/`. */
    deliveries: summary.deliveries,
    /** Mails beyond the first of their delivery. */
    duplicates: summary.duplicates,
    tags: summary.tags,
    events: log.counts(),
    suppressions: suppressions.count,
    undelivered: delivery.waiting,
    calls: { ...calls, accepted: store.calls.length },
    faults: { ...faults.injected },
    webhooks: webhooks.counts(),
    keptBodyBytes: summary.keptBodyBytes,
    heapBytes: process.memoryUsage().heapUsed,
    uptimeMs: Date.now() - world.startedAtMs,
  };
}
