import { setImmediate as nextTurn } from "node:timers/promises";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import { admit, isRefusal } from "./admit.ts";
import type { LaneContract, WorkContract } from "./contract.ts";
import type { Failures } from "./failures.ts";
import type { Readiness } from "./health.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { countByAgency, createCrowd, spareBatch, takeBatch, takeSpareBatch } from "./form-batch.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { HeldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import { retry } from "./outcome.ts";
import { startPuller } from "./pull.ts";
import { smallMost, type GiveWay, type WayLane } from "./right-of-way.ts";
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

// A millisecond's work.
const readAtOnce = 100;
/** Whom asking for messages and settling them wait for. Not for the lane's own: what somebody waits for may be behind them. Bulk: for all. */
const lanesAhead: Partial<Record<Lane, readonly WayLane[]>> = {
  [Lane.URGENT]: [],
  [Lane.STANDARD]: ["urgent"],
};
// Batches beyond those of a worker: each holds a connection for some milliseconds. Two, since what is sent together may arrive in two parts.
const maxSpares = 2;

/**
 * Pull → buffer → batch → handle → settle. At most `concurrentBatches` batches are in work and `prefetchBatches` batches' worth of messages
 * wait. A free slot takes whatever waits, up to `maxBatch`, and never lingers: alone, a message is handled at once; under load, batches fill.
 * Agencies that have nothing in work go first, and a few messages beside many of others have a slot of their own (form-batch.ts).
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
  giveWay?: GiveWay;
}): RunningLane {
  const { worker, contract, lane, connection, name, metrics, failures, signal, ensureTopology, giveWay } = o;
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
  /** Of those in work: they give way, and have not been read yet. */
  let resting = 0;
  let batches = 0;
  let spares = 0;
  const crowd = createCrowd();
  let dispatching = false;
  let closed = false;
  const waiters: (() => void)[] = [];

  const puller = startPuller({
    connection, log: o.log, stream: contract.stream, durable,
    // Whenever a slot is free there is room for a whole batch, so asking in whole batches never lets a slot starve.
    wanted: () => {
      const free = capacity - buffer.length - (inWork - resting);
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
    giveWay: () => giveWay?.(lanesAhead[lane.lane]),
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
      // First, lest ten messages become one batch with five hundred of another's.
      if (buffer.length > spareBatch) takeSpares();
      while (batches - spares < worker.concurrentBatches && buffer.length > 0)
        void work(takeBatch(buffer, maxBatch, crowd.isBusy), false);
      takeSpares();
    });
  }

  function takeSpares(): void {
    while (spares < maxSpares) {
      const batch = takeSpareBatch(buffer, crowd.isBusy);
      if (batch.length === 0) return;
      void work(batch, true);
    }
  }

  async function work(batch: HeldMessage[], spare: boolean): Promise<void> {
    metrics.buffered(-batch.length);
    const counts = countByAgency(batch);
    crowd.enter(counts);
    if (spare) spares += 1;
    batches += 1;
    inWork += batch.length;
    metrics.inFlight(batch.length);
    try {
      await handleAndSettle(batch, counts);
    } catch (error) {
      log.error({ err: error }, "a batch could not be settled; the broker hands it out again");
    } finally {
      for (const message of batch) heartbeat.release(message);
      crowd.leave(counts);
      if (spare) spares -= 1;
      batches -= 1;
      inWork -= batch.length;
      metrics.inFlight(-batch.length);
      dispatchSoon();
      puller.wake();
      if (batches === 0) for (const resolve of waiters.splice(0)) resolve();
    }
  }

  async function handleAndSettle(batch: HeldMessage[], agencies: ReadonlyMap<string, number>): Promise<void> {
    // Where somebody has few among them it may be he who has the way.
    const large = batch.length > smallMost && agencies.values().every((count) => count > spareBatch);
    if (large) await rest(batch.length);
    const items: WorkItem<MessageShape<D>>[] = [];
    const admitted: HeldMessage[] = [];
    const settling: Promise<void>[] = [];
    for (const [index, message] of batch.entries()) {
      if (large && index > 0 && index % readAtOnce === 0) {
        await nextTurn();
        await rest(batch.length);
      }
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
      if (large) await giveWay?.(lanesAhead[lane.lane]);
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

  /** Lets pass who has the way. What rests meanwhile takes no room from those who may be behind it. */
  async function rest(messages: number): Promise<void> {
    const passed = giveWay?.();
    if (passed === undefined) return;
    resting += messages;
    puller.wake();
    await passed;
    resting -= messages;
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
