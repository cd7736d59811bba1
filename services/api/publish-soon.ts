import { forget, type OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import type { ApiDeps } from "./deps.ts";

/** A message whose outbox row is committed. */
export type Written = { id: string; message: OutboxMessage };

type Outgoing = {
  tasks: Written[];
  underWay: number;
  facts: Written[];
  published: string[];
  tidying: boolean;
};

// While the broker is slow, more than this many wait in memory; the relay does the others.
const maxWaiting = 1_000;
// One atomic batch of each kind of message.
const maxBatch = 500;
// A second batch leaves while the first is on its way, so that an urgent message does not wait for a round trip that is not its own; more
// would make batches smaller and save nothing.
const maxBatchesUnderWay = 2;
// Nobody waits for a fact, nor for a row to be gone: those of some twenty calls leave together, well before the relay takes them for forgotten.
const tidyAfterMs = 100;

const outgoing = new WeakMap<ApiDeps, Outgoing>();

/**
 * Publishes messages whose outbox rows are committed, without keeping the caller waiting, and forgets the rows. Tasks leave at once, and what
 * comes while batches are under way goes into the next one together; facts follow a moment later. What fails here, or is lost in a crash, the
 * scheduler's relay publishes.
 */
export function publishSoon(deps: ApiDeps, written: readonly Written[]): void {
  let own = outgoing.get(deps);
  if (own === undefined)
    outgoing.set(deps, (own = { tasks: [], underWay: 0, facts: [], published: [], tidying: false }));
  if (own.tasks.length + own.facts.length + written.length > maxWaiting) return;
  for (const each of written)
    (each.message.subject.startsWith("fanfare.event.") ? own.facts : own.tasks).push(each);
  if (own.tasks.length > 0 && own.underWay < maxBatchesUnderWay) void drain(deps, own);
  if (own.facts.length > 0) tidySoon(deps, own);
}

async function drain(deps: ApiDeps, own: Outgoing): Promise<void> {
  own.underWay += 1;
  while (own.tasks.length > 0) await publish(deps, own, own.tasks.splice(0, maxBatch));
  own.underWay -= 1;
  tidySoon(deps, own);
}

async function publish(deps: ApiDeps, own: Outgoing, batch: readonly Written[]): Promise<void> {
  try {
    await deps.publisher.publishAll(batch.map(({ message }) => message));
    own.published.push(...batch.map(({ id }) => id));
  } catch (error) {
    deps.log.warn({ err: error, messages: batch.length }, "published later by the relay");
  }
}

function tidySoon(deps: ApiDeps, own: Outgoing): void {
  if (own.tidying) return;
  own.tidying = true;
  // A process that ends does not wait for it.
  setTimeout(() => void tidy(deps, own), tidyAfterMs).unref();
}

async function tidy(deps: ApiDeps, own: Outgoing): Promise<void> {
  if (own.facts.length > 0) await publish(deps, own, own.facts.splice(0, maxBatch));
  const ids = own.published.splice(0, maxWaiting);
  try {
    if (ids.length > 0) await deps.database.asSystem((tx) => forget(tx, ids));
  } catch (error) {
    deps.log.warn({ err: error, messages: ids.length }, "published again by the relay, under the same ids");
  }
  own.tidying = false;
  if (own.facts.length + own.published.length > 0) tidySoon(deps, own);
}
