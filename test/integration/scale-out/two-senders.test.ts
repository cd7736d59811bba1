// Two customer-senders on one queue: they share its work and its limit without knowing of each other.
import { randomUUID } from "node:crypto";
import { jetstreamManager } from "@nats-io/jetstream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import type { CustomerSenderDeps } from "../../../services/customer-sender/deps.ts";
import { startSlowProvider, type SlowProvider } from "./slow-provider.ts";

const stream = "WORK_CUSTOMER";
const durable = "customer-sender-standard";
/** Long enough that an instance's calls overlap with the other's. */
const latencyMs = 100;

let pipeline: Pipeline;
let provider: SlowProvider;
/** Mails that each instance sent. */
const sent = [0, 0];

beforeAll(async () => {
  [pipeline, provider] = await Promise.all([startPipeline(), startSlowProvider(latencyMs)]);
  await pipeline.startListSender();
  await pipeline.startScheduler();
  for (const instance of [0, 1]) await pipeline.startCustomerSender(() => senderOf(instance));
});
afterAll(async () => {
  await pipeline?.close();
  await provider?.close();
});
beforeEach(() => {
  provider.reset();
  sent.fill(0);
});

function senderOf(instance: number): Partial<CustomerSenderDeps> {
  const mailgun = createMailgun({ apiUrl: provider.url, apiKey: "key", timeoutMs: 2_000 });
  return {
    name: `customer-sender-${instance}@${randomUUID()}`,
    batchMax: 25,
    mailer: {
      send: async (mail, signal) => {
        const answer = await mailgun.send(mail, signal);
        if (answer.kind === "accepted") sent[instance]! += mail.recipients.length;
        return answer;
      },
    },
  };
}

async function limitLane(maxAckPending: number): Promise<void> {
  const manager = await jetstreamManager(pipeline.connection);
  await manager.consumers.update(stream, durable, { max_ack_pending: maxAckPending });
}

/** Sends a blast to so many, to its end. */
async function sendTo(customers: number): Promise<void> {
  const agency = await createAgencyRows(pipeline.database);
  await createCustomerRows(pipeline.database, agency.agencyId, customers);
  const blastId = await acceptBlastRows(pipeline.database, agency, { audience: { filter: {} } });
  await pipeline.ended(blastId, 80_000);
}

test(
  "never have more with the provider than max-ack-pending, set while they run, and use what it allows",
  { timeout: 90_000 },
  async () => {
    const limit = 100;
    await limitLane(limit);
    await sendTo(2_000);
    const stats = provider.stats();
    expect(stats.mails).toBe(2_000);
    expect(stats.inFlightMax).toBeLessThanOrEqual(limit);
    expect(stats.inFlightMax).toBeGreaterThan(limit / 2);
  },
);

test("share the work", { timeout: 90_000 }, async () => {
  await limitLane(4_000);
  await sendTo(8_000);
  expect(provider.stats().mails).toBe(8_000);
  expect(Math.min(...sent)).toBeGreaterThan(0.3 * 8_000);
});
