import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createLogger } from "#core/runtime/log.ts";

/** What the publishing thread gets. */
export type PublishPlan = { url: string; subject: string; messages: number };

const STREAM = "BENCH_LIMIT";
const SUBJECT = `bench.limit.${randomUUID()}`;
const DURABLE = "bench";
const MESSAGES = 100_000;
/** As the bulk lane of customer-sender has it. */
const MAX_ACK_PENDING = 4_000;
const DUPLICATE_WINDOW_NS = 30_000_000_000;
/** A worker's request of one window. */
const PULL = 4_000;
const LIMIT_MS = 60_000;
const POLL_MS = 20;

/** Messages a second into a work-queue stream on disk, and through it: one process publishes while this one pulls and acknowledges. */
export async function measureJetStream(url: string): Promise<{ publishedPerS: number; throughPerS: number }> {
  const connection = await connectNats({
    url,
    name: "bench",
    log: createLogger({ service: "bench", level: "silent" }),
    once: true,
  });
  const manager = await jetstreamManager(connection);
  const addStream = () =>
    manager.streams.add({
      name: STREAM,
      subjects: ["bench.limit.>"],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      duplicate_window: DUPLICATE_WINDOW_NS,
      allow_atomic: true,
    });
  try {
    await addStream();
    const publishedPerS = MESSAGES / (await publish(url));
    await manager.streams.delete(STREAM);
    await addStream();
    await manager.consumers.add(STREAM, {
      durable_name: DURABLE,
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: MAX_ACK_PENDING,
    });
    const consumer = await jetstream(connection).consumers.get(STREAM, DURABLE);
    const messages = await consumer.consume({ max_messages: PULL });
    const beganMs = performance.now();
    const publishing = publish(url);
    let taken = 0;
    for await (const message of messages) {
      message.ack();
      if (++taken === MESSAGES) break;
    }
    await untilEmpty(async () => (await manager.streams.info(STREAM)).state.messages);
    const seconds = (performance.now() - beganMs) / 1_000;
    await publishing;
    return { publishedPerS, throughPerS: MESSAGES / seconds };
  } finally {
    await manager.streams.delete(STREAM).catch(() => false);
    await connection.close();
  }
}

/** Seconds that a thread took to publish all; its start does not count. */
function publish(url: string): Promise<number> {
  const plan: PublishPlan = { url, subject: SUBJECT, messages: MESSAGES };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const worker = new Worker(new URL("./jetstream-thread.ts", import.meta.url), { workerData: plan });
  worker.on("message", resolve);
  worker.on("error", reject);
  worker.on("exit", () => reject(new Error("the publishing thread ended early")));
  return promise;
}

async function untilEmpty(left: () => Promise<number>): Promise<void> {
  const giveUpAtMs = performance.now() + LIMIT_MS;
  while ((await left()) > 0) {
    if (performance.now() > giveUpAtMs) throw new Error("the acknowledged messages did not leave the stream");
    await wait(POLL_MS);
  }
}
