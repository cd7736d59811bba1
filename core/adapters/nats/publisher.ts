import { JetStreamApiError, jetstream } from "@nats-io/jetstream";
import type { MsgHdrs, NatsConnection } from "@nats-io/transport-node";
import { headers as natsHeaders, nuid } from "@nats-io/transport-node";
import type { Envelope } from "#core/runtime/envelope.ts";

/** Puts envelopes on their streams. Both resolve only when the broker has stored everything; a duplicate id counts as stored. */
export type Publisher = {
  publish(envelope: Envelope): Promise<void>;
  /** In atomic batches per kind of message, so that a thousand cost one round trip. */
  publishAll(envelopes: readonly Envelope[]): Promise<void>;
};

// The server's own limit (max_batch_size).
const maxBatchMessages = 1_000;
// The server keeps an open batch in memory.
const maxBatchBytes = 8 * 1024 * 1024;
const batchTimeoutMs = 10_000;
const singleTimeoutMs = 5_000;
// Enough to fill the round trip, few enough not to flood a broker that has just refused a batch.
const singlesInFlight = 100;
const leftFromEarlier = /^Nats-(?:Batch|Expected)-/i;

export function createPublisher(connection: NatsConnection): Publisher {
  const js = jetstream(connection, { timeout: singleTimeoutMs });

  async function publish({ subject, headers, body }: Envelope): Promise<void> {
    await js.publish(subject, body, { headers: encode(headers) });
  }

  async function publishSingly(envelopes: readonly Envelope[]): Promise<void> {
    const failures: unknown[] = [];
    let next = 0;
    const lane = async () => {
      for (let envelope = envelopes[next++]; envelope !== undefined; envelope = envelopes[next++]) {
        await publish(envelope).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: Math.min(singlesInFlight, envelopes.length) }, lane));
    if (failures.length === 0) return;
    const [first] = failures;
    const why = first instanceof Error ? first.message : String(first);
    throw new Error(
      `${failures.length} of ${envelopes.length} messages may not be stored; publish them again (their ids keep them single). First reason: ${why}`,
      { cause: first },
    );
  }

  // The client's own batch hides the server's reason at commit and costs a round trip more, so the protocol (ADR-50) is spoken here.
  async function commitBatch(batch: readonly Envelope[]): Promise<void> {
    const id = nuid.next();
    for (const [index, { subject, headers, body }] of batch.entries()) {
      const encoded = encode(headers);
      encoded.append("Nats-Batch-Id", id);
      encoded.append("Nats-Batch-Sequence", String(index + 1));
      if (index < batch.length - 1) {
        connection.publish(subject, body, { headers: encoded });
        continue;
      }
      encoded.append("Nats-Batch-Commit", "1");
      const answer = await connection.request(subject, body, { headers: encoded, timeout: batchTimeoutMs });
      const { error, count } = answer.json<{
        error?: { code: number; err_code: number; description: string };
        count?: number;
      }>();
      if (error) throw new JetStreamApiError(error);
      if (count !== batch.length)
        throw new Error(`The broker stored ${count} of a batch of ${batch.length}.`);
    }
  }

  async function publishBatch(batch: readonly Envelope[]): Promise<void> {
    if (batch.length > 1) {
      try {
        return await commitBatch(batch);
      } catch {
        // Refused as a whole (a known id, too many open batches) or its answer was lost. Singly each gets its own answer; ids keep them single.
      }
    }
    await publishSingly(batch);
  }

  return {
    publish,
    publishAll: async (envelopes) => {
      for (const batch of batches(envelopes)) await publishBatch(batch);
    },
  };
}

/** Cuts envelopes into atomic batches: one kind (hence one stream) each, within the limits, no id twice. */
export function batches(envelopes: readonly Envelope[]): Envelope[][] {
  const kinds = new Map<string, { ids: Set<string>; done: Envelope[][]; open: Envelope[]; bytes: number }>();
  for (const envelope of envelopes) {
    // fanfare.work.customer, fanfare.event.blast
    const kind = envelope.subject.split(".", 3).join(".");
    let state = kinds.get(kind);
    if (state === undefined) kinds.set(kind, (state = { ids: new Set(), done: [], open: [], bytes: 0 }));
    const id = envelope.headers["Nats-Msg-Id"];
    if (id !== undefined) {
      // The same id twice would have the whole batch refused.
      if (state.ids.has(id)) continue;
      state.ids.add(id);
    }
    const full = state.open.length === maxBatchMessages || state.bytes + envelope.body.length > maxBatchBytes;
    if (full && state.open.length > 0) {
      state.done.push(state.open);
      state.open = [];
      state.bytes = 0;
    }
    state.open.push(envelope);
    state.bytes += envelope.body.length;
  }
  return [...kinds.values()].flatMap(({ done, open }) => [...done, open]);
}

function encode(record: Readonly<Record<string, string>>): MsgHdrs {
  const encoded = natsHeaders();
  for (const name in record) if (!leftFromEarlier.test(name)) encoded.append(name, record[name] as string);
  return encoded;
}
