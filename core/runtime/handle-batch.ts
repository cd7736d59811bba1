import { setImmediate as nextTurn } from "node:timers/promises";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { admit, isRefusal } from "./admit.ts";
import type { LaneContract, WorkContract } from "./contract.ts";
import { spareBatch } from "./form-batch.ts";
import type { HeldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import { retry } from "./outcome.ts";
import { smallMost } from "./right-of-way.ts";
import type { Settler } from "./settle.ts";
import type { WorkItem, Worker } from "./work-item.ts";
import type { LaneMetrics } from "./worker-metrics.ts";

/** Reads, handles and settles one batch. Rejects only when settling fails; the broker then hands out again what was not settled. */
export type HandleBatch = (
  batch: readonly HeldMessage[],
  agencies: ReadonlyMap<string, number>,
) => Promise<void>;

// A millisecond's work.
const readAtOnce = 100;

/** What becomes of a lane's batches: read → handle → settle. Large ones let pass who has the way, before they are read and before they are settled. */
export function createBatchHandler<D extends DescMessage>(o: {
  worker: Worker<D>;
  contract: WorkContract;
  lane: LaneContract;
  log: Logger;
  metrics: LaneMetrics;
  settler: Settler;
  signal: AbortSignal;
  /** A large batch of so many messages is about to be read: resolves when it may. */
  rest: (messages: number) => Promise<void>;
  /** A large batch is about to be settled: resolves when those lanes have passed whose messages it may hold up. */
  letPass: () => Promise<void> | undefined;
}): HandleBatch {
  const { worker, contract, lane, log, metrics, settler, signal } = o;
  const context = { lane: lane.lane, signal, log };

  async function handleBatch(
    batch: readonly HeldMessage[],
    agencies: ReadonlyMap<string, number>,
  ): Promise<void> {
    // Where somebody has few among them it may be he who has the way.
    const large = batch.length > smallMost && agencies.values().every((count) => count > spareBatch);
    const { items, admitted, settling } = await readAll(batch, large);
    if (settling.length > 0) metrics.handled("refused", settling.length);
    if (items.length > 0) {
      const outcomes = await handle(items);
      if (large) await o.letPass();
      settling.push(...settleAll(admitted, outcomes));
    }
    if (settling.length > 0) await Promise.all(settling);
  }

  /** What no handler may see is being settled already. */
  async function readAll(batch: readonly HeldMessage[], large: boolean) {
    const items: WorkItem<MessageShape<D>>[] = [];
    const admitted: HeldMessage[] = [];
    const settling: Promise<void>[] = [];
    if (large) await o.rest(batch.length);
    for (const [index, message] of batch.entries()) {
      if (large && index > 0 && index % readAtOnce === 0) {
        await nextTurn();
        await o.rest(batch.length);
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
    return { items, admitted, settling };
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

  /** Answers what is not settled on the spot. */
  function settleAll(admitted: readonly HeldMessage[], outcomes: readonly Outcome[]): Promise<void>[] {
    const settling: Promise<void>[] = [];
    const counts = new Map<Outcome["kind"], number>();
    for (const [index, message] of admitted.entries()) {
      const outcome = outcomes[index] as Outcome;
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
      const settled = settler.settle(message, outcome);
      if (settled) settling.push(settled);
    }
    for (const [kind, count] of counts) metrics.handled(kind, count);
    return settling;
  }

  return handleBatch;
}
