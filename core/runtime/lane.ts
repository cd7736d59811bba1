import type { DescMessage } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import type { LaneContract, WorkContract } from "./contract.ts";
import type { Failures } from "./failures.ts";
import type { Readiness } from "./health.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { createBatchHandler } from "./handle-batch.ts";
import { countByAgency, createCrowd, spareBatch, takeBatch, takeSpareBatch } from "./form-batch.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { HeldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";
import { startPuller } from "./pull.ts";
import type { GiveWay, WayLane } from "./right-of-way.ts";
import { createSettler } from "./settle.ts";
import type { Worker } from "./work-item.ts";
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
  const settler = createSettler({
    connection, contract, durable, worker: name, failures, log,
    onNak: metrics.nak, onDeadLetter: metrics.deadLetter,
  }); // prettier-ignore
  const letPass = () => giveWay?.(lanesAhead[lane.lane]);
  const handleBatch = createBatchHandler({
    worker, contract, lane, log, metrics, settler, signal, rest, letPass,
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
    giveWay: letPass,
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
      await handleBatch(batch, counts);
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

  /** Lets pass who has the way. What rests meanwhile takes no room from those who may be behind it. */
  async function rest(messages: number): Promise<void> {
    const passed = giveWay?.();
    if (passed === undefined) return;
    resting += messages;
    puller.wake();
    await passed;
    resting -= messages;
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
