import type { Database } from "#core/adapters/postgres/database.ts";
import { receiveEvents, type ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";

/** Takes events and answers when they are committed. */
export type WebhookInbox = { put(event: ReceivedEvent): Promise<void> };

// One statement's worth; beyond this many waiting the provider is asked to come again.
const maxBatch = 500;
const maxWaiting = 10_000;

/** The inbox is full: the provider tries again later. */
export class InboxFullError extends Error {
  override readonly name = "InboxFullError";
}

/** Webhooks come in thousands a second after a blast; what arrives while a statement runs goes into the next one together. */
export function createWebhookInbox(database: Database): WebhookInbox {
  let waiting: { event: ReceivedEvent; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      try {
        await database.asSystem((tx) =>
          receiveEvents(
            tx,
            batch.map(({ event }) => event),
          ),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  }

  return {
    put(event) {
      if (waiting.length >= maxWaiting)
        return Promise.reject(new InboxFullError(`${waiting.length} webhooks wait`));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ event, resolve, reject });
      if (!writing) void write();
      return promise;
    },
  };
}
