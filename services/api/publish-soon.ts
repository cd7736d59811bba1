import { forget, type OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import type { ApiDeps } from "./deps.ts";

/** A message whose outbox row is committed. */
export type Written = { id: string; message: OutboxMessage };

type Outgoing = { waiting: Written[]; underWay: number };

// While the broker is slow, more than this many wait in memory; the relay does the others.
const maxWaiting = 1_000;
// One atomic batch of each kind of message.
const maxBatch = 500;
// A second batch leaves while the first is on its way, so that an urgent message does not wait for a round trip that is not its own; more
// would make batches smaller and save nothing.
const maxBatchesUnderWay = 2;

const outgoing = new WeakMap<ApiDeps, Outgoing>();

/**
 * Publishes messages whose outbox rows are committed, without keeping the caller waiting, and forgets the rows. What comes while batches are
 * under way goes into the next one together. What fails here, or is lost in a crash, the scheduler's relay publishes.
 */
export function publishSoon(deps: ApiDeps, written: readonly Written[]): void {
  let own = outgoing.get(deps);
  if (own === undefined) outgoing.set(deps, (own = { waiting: [], underWay: 0 }));
  if (own.waiting.length + written.length > maxWaiting) return;
  own.waiting.push(...written);
  if (own.underWay < maxBatchesUnderWay) void drain(deps, own);
}

async function drain(deps: ApiDeps, own: Outgoing): Promise<void> {
  own.underWay += 1;
  while (own.waiting.length > 0) {
    const batch = own.waiting.splice(0, maxBatch);
    try {
      await deps.publisher.publishAll(batch.map(({ message }) => message));
      await deps.database.asSystem((tx) =>
        forget(
          tx,
          batch.map(({ id }) => id),
        ),
      );
    } catch (error) {
      deps.log.warn({ err: error, messages: batch.length }, "published later by the relay");
    }
  }
  own.underWay -= 1;
}
