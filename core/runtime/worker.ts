import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { WorkFields } from "./envelope.ts";
import type { Logger } from "./log.ts";
import type { Outcome } from "./outcome.ts";

/** One message as a handler sees it: decoded, valid, and of the agency and lane that its subject names. */
export type WorkItem<T> = {
  message: T;
  subject: string;
  lane: Lane;
  /** `Nats-Msg-Id`, or a name made of stream, sequence and time for a message without one. */
  messageId: string;
  /** How often the broker has handed it out, this time included. Waiting counts too; it says nothing about failures. */
  handedOut: number;
  /** W3C trace context, if the publisher sent one. */
  traceparent?: string;
  publishedAtMs: number;
};

export type WorkerContext = {
  lane: Lane;
  /** Aborted when a drain gives up waiting: finish or throw. */
  signal: AbortSignal;
  log: Logger;
};

/**
 * A task and what to do about it. `handle` gets 1 to `maxBatch` messages of one lane, commits its effects, and returns one
 * outcome for each message in the same order. The same message may come twice, even in one batch: the handler absorbs it.
 */
export type Worker<D extends DescMessage = DescMessage> = {
  contract: D;
  /** Batches in work at once per lane and instance. */
  concurrentBatches: number;
  /** Batches that may wait in memory per lane and instance. */
  prefetchBatches: number;
  handle(items: WorkItem<MessageShape<D>>[], context: WorkerContext): Promise<Outcome[]>;
};

const defaultConcurrentBatches = 4;
// Each batch costs memory and a database connection; a wish beyond this is a mistake.
const maxConcurrentBatches = 64;

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
