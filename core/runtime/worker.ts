import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import type { WorkContract } from "./contract.ts";
import { eventContract, workContract } from "./contract.ts";
import type { WorkFields } from "./envelope.ts";
import { createFailures } from "./failures.ts";
import type { Readiness } from "./health.ts";
import { startLane } from "./lane.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Outcome } from "./outcome.ts";
import type { GiveWay } from "./right-of-way.ts";
import { warmValidation } from "./validation.ts";
import type { WorkItem, Worker, WorkerContext } from "./work-item.ts";
import { laneMetrics } from "./worker-metrics.ts";

export type { WorkItem, Worker, WorkerContext } from "./work-item.ts";

const defaultConcurrentBatches = 4;
// Each batch costs memory and a database connection; a wish beyond this is a mistake.
const maxConcurrentBatches = 64;
// What a handler gets after its signal was aborted, to finish or throw.
const abortGraceMs = 2_000;
const flushLimitMs = 2_000;

/** Declares a worker. `prefetchBatches` is as many as `concurrentBatches` unless said; 0 suits slow, rare work. */
export function defineWorker<D extends DescMessage>(o: {
  contract: MessageShape<D> extends WorkFields ? D : never;
  concurrentBatches?: number;
  prefetchBatches?: number;
  handle(items: WorkItem<MessageShape<D>>[], context: WorkerContext): Promise<Outcome[]>;
}): Worker<D> {
  const { concurrentBatches = defaultConcurrentBatches } = o;
  const { prefetchBatches = concurrentBatches } = o;
  for (const [name, value, min] of [
    ["concurrentBatches", concurrentBatches, 1],
    ["prefetchBatches", prefetchBatches, 0],
  ] as const) {
    if (!Number.isInteger(value) || value < min || value > maxConcurrentBatches) {
      throw new RangeError(
        `${name} is ${value}; it must be a whole number from ${min} to ${maxConcurrentBatches}.`,
      );
    }
  }
  return {
    contract: o.contract as D,
    concurrentBatches,
    prefetchBatches,
    handle: (items, context) => o.handle(items, context),
  };
}

export type RunningWorker = {
  /**
   * Stops pulling, gives back what waits so that another instance takes it at once, and lets running handlers finish and be settled.
   * After `timeoutMs` their signal is aborted; what then is still unfinished the broker hands out again after the ack wait.
   */
  drain(timeoutMs: number): Promise<void>;
  /** Whether every lane gets messages, or would if there were any. */
  ready(): Readiness;
};

export type WorkerDeps = {
  connection: NatsConnection;
  log: Logger;
  metrics: Metrics;
  /** Which program this is, for example customer-sender@host; it stands in dead letters. */
  name: string;
  /** Restores streams and consumers after the broker lost them (`applyTopology`). Without it the worker waits for somebody else to do so. */
  ensureTopology?: () => Promise<void>;
  /** Waited for before each large piece: many messages at once, and more of the lane that nobody waits for. */
  giveWay?: GiveWay;
  /** Another contract than the one that the type declares, for tests. */
  contract?: WorkContract;
};

/**
 * Starts a worker on every lane of its contract. Resolves when it has begun, whether or not the broker is there: it pulls as soon as
 * it can, survives a broker that is away for any time, and says so in `ready()`.
 */
export async function startWorker<D extends DescMessage>(
  worker: Worker<D>,
  deps: WorkerDeps,
): Promise<RunningWorker> {
  const {
    connection,
    metrics,
    name,
    ensureTopology,
    giveWay,
    contract = workContract(worker.contract),
  } = deps;
  const log = deps.log.child({ worker: name });
  // Read now, so that a contract without dead letters fails here and not with the first bad message.
  eventContract(DeadLetteredSchema);
  warmValidation([worker.contract]);
  const abort = new AbortController();
  const failures = createFailures(connection, log);
  const lanes = contract.lanes.map((lane) =>
    startLane({
      worker, contract, lane, connection, name, log, failures,
      metrics: laneMetrics(metrics, contract.queue, lane.name), signal: abort.signal,
      ...(ensureTopology ? { ensureTopology } : {}), ...(giveWay ? { giveWay } : {}),
    }),
  ); // prettier-ignore
  let draining: Promise<void> | undefined;

  async function drain(timeoutMs: number): Promise<void> {
    const closing = Promise.all(lanes.map((lane) => lane.close()));
    const idle = Promise.all(lanes.map((lane) => lane.idle()));
    if (!(await within(idle, timeoutMs))) {
      abort.abort(new Error(`The drain gave up waiting after ${timeoutMs} ms.`));
      await within(idle, abortGraceMs);
    }
    await closing;
    for (const lane of lanes) lane.abandon();
    const unfinished = lanes.reduce((sum, lane) => sum + lane.inWork(), 0);
    if (unfinished > 0)
      log.warn({ unfinished }, "drained with unfinished messages; the broker hands them out again");
    if (!connection.isClosed()) await within(connection.flush(), flushLimitMs);
    log.info({ unfinished }, "drained");
  }

  return {
    drain: (timeoutMs) => (draining ??= drain(timeoutMs)),
    ready: () => {
      if (draining) return { ok: false, detail: "draining" };
      const troubles = lanes.map((lane) => lane.ready()).filter(({ ok }) => !ok);
      return troubles.length === 0
        ? { ok: true, detail: "pulling" }
        : { ok: false, detail: troubles.map(({ detail }) => detail).join("; ") };
    },
  };
}

// True when it was done in time. A rejection counts as done: there is nothing left to wait for.
async function within(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const finished = work.then(() => true, () => true); // prettier-ignore
  try {
    return await Promise.race([finished, late]);
  } finally {
    timer.abort();
  }
}
