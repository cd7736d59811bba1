import { JetStreamApiError, jetstream } from "@nats-io/jetstream";
import type { MsgHdrs, NatsConnection } from "@nats-io/transport-node";
import { nuid } from "@nats-io/transport-node";
import type { Envelope } from "#core/runtime/envelope.ts";

/** Puts envelopes on their streams. Both resolve only when the broker has stored everything; a duplicate id counts as stored. */
export type Publisher = {
  publish(envelope: Envelope): Promise<void>;
  /** Many in atomic batches per kind of message, so that a thousand cost one round trip; a few at once, singly. */
  publishAll(envelopes: readonly Envelope[]): Promise<void>;
};

// The server's own limit (max_batch_size).
const maxBatchMessages = 1_000;
// The server sets a store up for each batch and takes it down again: 20 to 35 ms on a busy machine, where as few as these take 1 to 4 ms singly,
// for the same of the client's CPU. Whoever publishes few has somebody waiting for them.
const singlyUpTo = 20;
// The server keeps an open batch in memory.
const maxBatchBytes = 8 * 1024 * 1024;
const batchTimeoutMs = 5_000;
const singleTimeoutMs = 5_000;
// Enough to fill the round trip, few enough not to flood a broker that has just refused a batch.
const singlesInFlight = 100;
const leftFromEarlier = /^Nats-(?:Batch|Expected)-/i;
const headerName = /^[!-9;-~]+$/;
const lineBreak = /[\r\n]/;

export function createPublisher(connection: NatsConnection): Publisher {
  const js = jetstream(connection, { timeout: singleTimeoutMs });

  async function publish(envelope: Envelope): Promise<void> {
    await js.publish(envelope.subject, envelope.body, { headers: encode(envelope) });
  }

  async function publishSingly(envelopes: readonly Envelope[]): Promise<void> {
    let stored = 0;
    let firstFailure: unknown;
    let away = false;
    let next = 0;
    const lane = async () => {
      for (; next < envelopes.length && !away;) {
        const envelope = envelopes[next++] as Envelope;
        try {
          await publish(envelope);
          stored += 1;
        } catch (error) {
          firstFailure ??= error;
          // A refusal is about this message; no answer is about the broker, and the others would only wait as long.
          away ||= !(error instanceof JetStreamApiError);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(singlesInFlight, envelopes.length) }, lane));
    if (stored < envelopes.length) throw notStored(envelopes.length - stored, envelopes.length, firstFailure);
  }

  // The client's own batch hides the server's reason at commit and costs a round trip more, so the protocol (ADR-50) is spoken here.
  async function commitBatch(batch: readonly Envelope[]): Promise<void> {
    const id = nuid.next();
    for (const [index, envelope] of batch.entries()) {
      const { subject, body } = envelope;
      const place = `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${index + 1}\r\n`;
      if (index < batch.length - 1) {
        connection.publish(subject, body, { headers: encode(envelope, place) });
        continue;
      }
      const answer = await connection.request(subject, body, {
        headers: encode(envelope, `${place}Nats-Batch-Commit: 1\r\n`),
        timeout: batchTimeoutMs,
      });
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
    if (batch.length > singlyUpTo) {
      try {
        return await commitBatch(batch);
      } catch (error) {
        if (!(error instanceof JetStreamApiError)) throw notStored(batch.length, batch.length, error);
        // Refused as a whole, for one id that is known or for too many open batches. Singly each gets its own answer.
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
  let subject = "";
  let kind = "";
  for (const envelope of envelopes) {
    // Mostly one after the other of one subject, so it is cut once for many.
    if (envelope.subject !== subject) {
      subject = envelope.subject;
      // fanfare.work.customer, fanfare.event.blast
      kind = subject.split(".", 3).join(".");
    }
    let state = kinds.get(kind);
    if (state === undefined) kinds.set(kind, (state = { ids: new Set(), done: [], open: [], bytes: 0 }));
    const id = envelope.wire === undefined ? envelope.headers["Nats-Msg-Id"] : undefined;
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

function notStored(missing: number, total: number, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `${missing} of ${total} messages may not be stored; publish them again (their ids keep them single). First reason: ${why}`,
    { cause },
  );
}

/**
 * Headers as they go over the wire (ADR-4 of nats-architecture-and-design), behind `place`, the lines that the broker looks for first. The client's own
 * header object checks and copies each name and value several times, a third of what publishing costs; to publish it asks it for its bytes and for
 * nothing else. Throws when a name or value would break out of its line.
 */
function encode(envelope: Envelope, place = ""): MsgHdrs {
  const { wire } = envelope;
  const bytes =
    wire === undefined
      ? Buffer.from(`NATS/1.0\r\n${place}${checkedLines(envelope.headers)}\r\n`)
      : Buffer.from(
          `NATS/1.0\r\n${place}Nats-Msg-Id: ${wire.id}\r\nce-id: ${wire.id}\r\n${wire.rest}\r\n`,
          "latin1",
        );
  return { encode: () => bytes } as unknown as MsgHdrs;
}

function checkedLines(record: Readonly<Record<string, string>>): string {
  let lines = "";
  for (const name in record) {
    if (leftFromEarlier.test(name)) continue;
    const value = record[name] as string;
    if (!headerName.test(name) || lineBreak.test(value))
      throw new RangeError(
        `The header ${JSON.stringify(name)} cannot be sent: its name or value holds what ends a line.`,
      );
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
