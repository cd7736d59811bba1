import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
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
