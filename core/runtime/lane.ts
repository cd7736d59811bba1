import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import { admit, isRefusal } from "./admit.ts";
import type { LaneContract, WorkContract } from "./contract.ts";
import type { Failures } from "./failures.ts";
import type { Readiness } from "./health.ts";
import { agencyOf, takeBatch, takeSpareBatch } from "./form-batch.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { HeldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import { retry } from "./outcome.ts";
import { startPuller } from "./pull.ts";
import { createSettler } from "./settle.ts";
import type { WorkItem, Worker } from "./work-item.ts";
import type { LaneMetrics } from "./worker-metrics.ts";

/** One lane of a running worker. */
export type RunningLane = {
  ready(): Readiness;
  /** Asks no more and gives back what waits; what a handler has goes on. */
  close(): Promise<void>;
  /** Resolves when no handler is running. */
  idle(): Promise<void>;
  /** Messages that a handler has. */
  inWork(): number;
  /** Ends the heartbeat: the broker may hand what is still held to others. */
  abandon(): void;
};

// One batch beyond those of a worker: it holds a connection for some milliseconds, and the next one is taken when it has ended.
const maxSpares = 1;

/**
 * Pull → buffer → batch → handle → settle. At most `concurrentBatches` batches are in work and `prefetchBatches` batches' worth of messages
 * wait. A free slot takes whatever waits, up to `maxBatch`, and never lingers: alone, a message is handled at once; under load, batches fill.
 * Agencies that have nothing in work go first, and while all slots are taken a few messages of theirs have one of their own (form-batch.ts).
 */
export function startLane<D extends DescMessage>(o: {
  worker: Worker<D>;
  contract: WorkContract;
  lane: LaneContract;
  connection: NatsConnection;
  name: string;
  log: Logger;
  metrics: LaneMetrics;
  failures: Failures;
  signal: AbortSignal;
  ensureTopology?: () => Promise<void>;
}): RunningLane {
  const { worker, contract, lane, connection, name, metrics, failures, signal, ensureTopology } = o;
  const { maxBatch, durable } = lane;
  const heartbeat = startHeartbeat(contract.ackWaitMs, () => puller.connected());
  const log = o.log.child({ durable });
  const capacity = (worker.concurrentBatches + worker.prefetchBatches) * maxBatch;
  const context = { lane: lane.lane, signal, log };
  const settler = createSettler({
    connection, contract, durable, worker: name, failures, log,
    onNak: metrics.nak, onDeadLetter: metrics.deadLetter,
  }); // prettier-ignore
  let buffer: HeldMessage[] = [];
  let inWork = 0;
  let batches = 0;
  let spares = 0;
  const busy = new Map<string, number>();
  let dispatching = false;
  let closed = false;
  const waiters: (() => void)[] = [];

  const puller = startPuller({
    connection, log: o.log, stream: contract.stream, durable,
    // Whenever a slot is free there is room for a whole batch, so asking in whole batches never lets a slot starve.
    wanted: () => {
      const free = capacity - buffer.length - inWork;
      return closed || free < maxBatch ? 0 : free;
    },
    onMessage: receive,
    onReplaced: () => {
      // Acknowledging one of these could hit another message that got the same number on the new stream.
      heartbeat.disown();
      metrics.buffered(-buffer.length);
      buffer = [];
    },
    ...(ensureTopology ? { ensureTopology } : {}),
  }); // prettier-ignore

  function receive(message: HeldMessage): void {
    if (closed) return giveBack(message);
    heartbeat.hold(message);
    buffer.push(message);
    metrics.buffered(1);
    dispatchSoon();
  }

  function giveBack(message: HeldMessage): void {
    try {
      message.nak(0);
      metrics.nak();
    } catch {
      // The connection is closed; the broker hands it out again after the ack wait.
    }
  }

  // After the socket has been read, so that what arrived together is batched together.
  function dispatchSoon(): void {
    if (dispatching) return;
    dispatching = true;
    setImmediate(() => {
      dispatching = false;
      const isBusy = (agency: string) => busy.has(agency);
      while (batches - spares < worker.concurrentBatches && buffer.length > 0)
        void work(takeBatch(buffer, maxBatch, isBusy), false);
      if (buffer.length === 0 || spares >= maxSpares) return;
      const spare = takeSpareBatch(buffer, isBusy);
      if (spare.length > 0) void work(spare, true);
    });
  }

  function count(batch: readonly HeldMessage[], change: 1 | -1): void {
    for (const agency of new Set(batch.map(agencyOf))) {
      const now = (busy.get(agency) ?? 0) + change;
      if (now === 0) busy.delete(agency);
      else busy.set(agency, now);
    }
  }

  async function work(batch: HeldMessage[], spare: boolean): Promise<void> {
    metrics.buffered(-batch.length);
    count(batch, 1);
    if (spare) spares += 1;
    batches += 1;
    inWork += batch.length;
    metrics.inFlight(batch.length);
    try {
      await handleAndSettle(batch);
    } catch (error) {
      log.error({ err: error }, "a batch could not be settled; the broker hands it out again");
    } finally {
      for (const message of batch) heartbeat.release(message);
      count(batch, -1);
      if (spare) spares -= 1;
      batches -= 1;
      inWork -= batch.length;
      metrics.inFlight(-batch.length);
      dispatchSoon();
      puller.wake();
      if (batches === 0) for (const resolve of waiters.splice(0)) resolve();
    }
  }

  async function handleAndSettle(batch: HeldMessage[]): Promise<void> {
    const items: WorkItem<MessageShape<D>>[] = [];
    const admitted: HeldMessage[] = [];
    const settling: Promise<void>[] = [];
    for (const message of batch) {
      const result = admitSafely(message);
      if ("kind" in result) {
        const settled = settler.settle(message, result);
        if (settled) settling.push(settled);
      } else if (isRefusal(result)) {
        settling.push(settler.bury(message, { ...result, failures: 0 }));
      } else {
        items.push(result);
        admitted.push(message);
      }
    }
    if (settling.length > 0) metrics.handled("refused", settling.length);
    if (items.length > 0) {
      const outcomes = await handle(items);
      const counts = new Map<Outcome["kind"], number>();
      for (const [index, message] of admitted.entries()) {
        const outcome = outcomes[index] as Outcome;
        counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
        const settled = settler.settle(message, outcome);
        if (settled) settling.push(settled);
      }
      for (const [kind, count] of counts) metrics.handled(kind, count);
    }
    if (settling.length > 0) await Promise.all(settling);
  }

  // Rules that cannot be evaluated are our fault, not the message's: it is tried again, by a better release if need be.
  function admitSafely(message: HeldMessage) {
    try {
      return admit(worker.contract, contract, lane, message);
    } catch (error) {
      log.error({ err: error, subject: message.subject }, "a message could not be judged");
      return retry(error instanceof Error ? error.message : String(error));
    }
  }

  async function handle(items: WorkItem<MessageShape<D>>[]): Promise<Outcome[]> {
    const startedMs = performance.now();
    try {
      const outcomes = await worker.handle(items, context);
      if (outcomes.length !== items.length) {
        throw new Error(`The handler returned ${outcomes.length} outcomes for ${items.length} messages.`);
      }
      return outcomes;
    } catch (error) {
      log.error({ err: error, messages: items.length }, "a handler failed");
      const outcome = retry(error instanceof Error ? error.message : String(error));
      return items.map(() => outcome);
    } finally {
      metrics.batch(items.length, (performance.now() - startedMs) / 1000);
    }
  }

  return {
    ready: puller.ready,
    inWork: () => inWork,
    abandon: heartbeat.stop,
    idle: () => (batches === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    close: async () => {
      closed = true;
      const waiting = buffer;
      buffer = [];
      metrics.buffered(-waiting.length);
      // Our request ends first: what is given back while it stands, the broker may hand to us again, and nobody has it until the ack wait.
      await puller.stop();
      for (const message of waiting) {
        heartbeat.release(message);
        giveBack(message);
      }
    },
  };
}
