import { forget, type OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import type { ApiDeps } from "./deps.ts";

// While the broker is slow, more than this many wait in memory; the relay does the others.
const maxUnderWay = 1_000;
let underWay = 0;

/**
 * Publishes a message whose outbox row is committed, without keeping the caller waiting, and forgets the row. What fails here, or is
 * lost in a crash, the scheduler's relay publishes.
 */
export function publishSoon(deps: ApiDeps, agencyId: string, outboxId: string, message: OutboxMessage): void {
  if (underWay >= maxUnderWay) return;
  underWay += 1;
  void publishAndForget(deps, agencyId, outboxId, message)
    .catch((error: unknown) => deps.log.warn({ err: error, agencyId }, "published later by the relay"))
    .finally(() => (underWay -= 1));
}

async function publishAndForget(
  deps: ApiDeps,
  agencyId: string,
  outboxId: string,
  message: OutboxMessage,
): Promise<void> {
  await deps.publisher.publish(message);
  await deps.database.withAgency(agencyId, (tx) => forget(tx, [outboxId]));
}
