// Publishes the messages of `measureJetStream` with the publisher of the services, and says how many seconds it took.
import { randomUUID } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { create } from "@bufbuild/protobuf";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { workEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import { createLogger } from "#core/runtime/log.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import type { PublishPlan } from "./jetstream.ts";

/** As the feeder publishes them. */
const PORTION = 1_000;

const { url, subject, messages } = workerData as PublishPlan;
const log = createLogger({ service: "bench", level: "silent" });
const connection = await connectNats({ url, name: "bench-publisher", log, once: true });
const publisher = createPublisher(connection);
const [agencyId, blastId, customerId] = [randomUUID(), randomUUID(), randomUUID()];

const envelopes: Envelope[] = Array.from({ length: messages }, (_, index) => {
  const message = create(SendBlastToCustomerSchema, {
    agencyId,
    customerId,
    lane: Lane.BULK,
    idempotencyKey: `${blastId}.${index + 1}`,
    order: { case: "delivery", value: { blastId, sequence: index + 1 } },
  });
  return {
    ...workEnvelope(SendBlastToCustomerSchema, message, { source: "bench", timeMs: Date.now() }),
    subject,
  };
});
const beganMs = performance.now();
for (let at = 0; at < messages; at += PORTION) await publisher.publishAll(envelopes.slice(at, at + PORTION));
parentPort?.postMessage((performance.now() - beganMs) / 1_000);
await connection.close();
