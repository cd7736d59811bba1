// Publishes what was written but not published: whoever writes a row publishes it right after the commit and deletes it; this timer does
// what a crash in between, or a broker that was away, left over. Publishing twice is harmless, the ids are the same.
import type { Round, SchedulerDeps } from "./deps.ts";

// Young rows belong to whoever wrote them.
const graceMs = 1_000;
const maxMessagesPerRound = 500;

export async function relayOutbox(deps: SchedulerDeps): Promise<Round> {
  const relayed = await deps.store.relayOutbox(graceMs, maxMessagesPerRound, (messages) =>
    deps.publisher.publishAll(messages),
  );
  if (relayed > 0) deps.log.info({ relayed }, "outbox relayed");
  return { more: relayed === maxMessagesPerRound };
}
