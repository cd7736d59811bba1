import { fromBinary } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import type { DeadLettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { eventContract } from "#core/runtime/contract.ts";
import type { Readiness } from "#core/runtime/health.ts";
import { startHeartbeat } from "#core/runtime/heartbeat.ts";
import type { HeldMessage } from "#core/runtime/held-message.ts";
import type { Logger } from "#core/runtime/log.ts";
import { startPuller } from "#core/runtime/pull.ts";
import { fullJitter } from "#core/runtime/retry.ts";
import { deadLetterArchiveDurable } from "./wanted-topology.ts";

export type DeadLetterConsumer = { ready: () => Readiness; stop: () => Promise<void> };

// One statement's worth of rows; dead letters may be a megabyte each.
const maxBatch = 50;
// Shorter than the ack wait that the topology gives this consumer (30 s).
const ackWaitMs = 30_000;
const backoffInitialMs = 500;
const backoffMaxMs = 30_000;

/**
 * Hands dead letters to `onBatch`, oldest first, at most 50 at once and one batch at a time, and acknowledges them when it resolves. When it
 * throws they come again; the same dead letter always has the same id, so writing it twice must be writing it once.
 */
export function consumeDeadLetters(
  connection: NatsConnection,
  o: {
    log: Logger;
    onBatch: (letters: DeadLettered[]) => Promise<void>;
    ensureTopology?: () => Promise<void>;
  },
): DeadLetterConsumer {
  const { log, onBatch, ensureTopology } = o;
  const { stream } = eventContract(DeadLetteredSchema);
  const heartbeat = startHeartbeat(ackWaitMs, () => puller.connected());
  let buffer: HeldMessage[] = [];
  let stopping = false;
  let running: Promise<void> | undefined;

  const puller = startPuller({
    connection,
    log,
    stream,
    durable: deadLetterArchiveDurable,
    wanted: () => (stopping || running || buffer.length > 0 ? 0 : maxBatch),
    onMessage: (message) => {
      if (stopping) return message.nak(0);
      heartbeat.hold(message);
      buffer.push(message);
      if (!running) running = archive();
    },
    onReplaced: () => {
      heartbeat.disown();
      buffer = [];
    },
    ...(ensureTopology ? { ensureTopology } : {}),
  });

  async function archive(): Promise<void> {
    // What arrived in the same read belongs to the same batch.
    await new Promise(setImmediate);
    while (buffer.length > 0) {
      const batch = buffer.splice(0, maxBatch);
      try {
        await onBatch(batch.flatMap(read));
        for (const message of batch) message.ack();
      } catch (error) {
        log.error({ err: error, letters: batch.length }, "dead letters could not be archived");
        const delayMs = fullJitter(batch[0]?.deliveries ?? 1, backoffInitialMs, backoffMaxMs, Math.random());
        if (!connection.isClosed()) for (const message of batch) message.nak(delayMs);
      } finally {
        for (const message of batch) heartbeat.release(message);
      }
    }
    running = undefined;
    puller.wake();
  }

  // Only a foreign hand puts something else on this stream; it stays there (the stream keeps what is acknowledged) for a person to see.
  function read(message: HeldMessage): DeadLettered[] {
    try {
      return [fromBinary(DeadLetteredSchema, message.body)];
    } catch (error) {
      log.error({ err: error, sequence: message.sequence }, "this is no dead letter; it stays on the stream");
      return [];
    }
  }

  return {
    ready: puller.ready,
    stop: async () => {
      stopping = true;
      const waiting = buffer;
      buffer = [];
      if (!connection.isClosed()) for (const message of waiting) message.nak(0);
      await running;
      await puller.stop();
      heartbeat.stop();
    },
  };
}
