// list-sender, customer-sender and scheduler in this process, on a broker of their own: the real loops, with parts that a test may replace.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { countMessages } from "#core/adapters/nats/count-messages.ts";
import { consumeDeadLetters } from "#core/adapters/nats/dead-letters.ts";
import { createPublisher, type Publisher } from "#core/adapters/nats/publisher.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { openWay } from "#core/adapters/nats/way.ts";
import { createBlastStore } from "#core/adapters/postgres/blast-store.ts";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { storeDeadLetters } from "#core/adapters/postgres/dead-letters/store-dead-letters.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import { workContract, type WorkContract } from "#core/runtime/contract.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { startWorker, type Worker } from "#core/runtime/worker.ts";
import { startSandbox, type Sandbox } from "#dev/sandbox/sandbox.ts";
import { startNats, type Nats } from "#dev/stack/nats.ts";
import type { CustomerSenderDeps } from "../../services/customer-sender/deps.ts";
import { sendToCustomer } from "../../services/customer-sender/send-to-customer.ts";
import { createTemplateCache } from "../../services/customer-sender/template-cache.ts";
import type { ListSenderDeps } from "../../services/list-sender/deps.ts";
import { startFeeder } from "../../services/list-sender/feeder.ts";
import { sendToCustomerList } from "../../services/list-sender/send-to-customer-list.ts";
import type { SchedulerDeps } from "../../services/scheduler/deps.ts";
import { startTimers } from "../../services/scheduler/timers.ts";
import { createTestDatabase } from "./database.ts";
import { until } from "./until.ts";

/** Something that runs and can be ended in an orderly way. */
export type Running = { stop(): Promise<void> };

export type Pipeline = {
  database: Database;
  databaseUrl: string;
  sandbox: Sandbox;
  nats: Nats;
  connection: NatsConnection;
  publisher: Publisher;
  startListSender(over?: Partial<ListSenderDeps>): Promise<Running>;
  startCustomerSender(over?: (deps: CustomerSenderDeps) => Partial<CustomerSenderDeps>): Promise<Running>;
  startScheduler(over?: Partial<SchedulerDeps>): Promise<Running>;
  /** Waits until the blast has ended. */
  ended(blastId: string, withinMs?: number): Promise<void>;
  close(): Promise<void>;
};

const descs: DescMessage[] = [...allWorkContracts, ...allEventContracts];
const log = createLogger({ service: "test", level: process.env["TEST_LOG"] ?? "silent" });
const drainMs = 5_000;

/** The contract with waits that a test can sit out. */
function hurried(desc: DescMessage): WorkContract {
  return { ...workContract(desc), ackWaitMs: 2_000, maxFailures: 3, backoffInitialMs: 10, backoffMaxMs: 50 };
}

/** Everything but the programs. `database` and its URL may be somebody else's. */
export async function startPipeline(o: { databaseUrl?: string } = {}): Promise<Pipeline> {
  // A broker that somebody else owns has other workers.
  delete process.env["NATS_URL"];
  const own = o.databaseUrl === undefined ? await createTestDatabase() : undefined;
  const databaseUrl = o.databaseUrl ?? own!.url;
  const database = openDatabase({ url: databaseUrl, maxConnections: 20, applicationName: "pipeline" });
  const [sandbox, nats] = await Promise.all([startSandbox(), startNats()]);
  const connection = await connectNats({ url: nats.url, name: "test", log });
  const ensureTopology = async () =>
    void (await applyTopology(connection, descs, {
      override: (contract) => ({ ...contract, ackWaitMs: 2_000 }),
    }));
  await ensureTopology();
  const publisher = createPublisher(connection);
  const mailgun = createMailgun({ apiUrl: sandbox.url, apiKey: "key", timeoutMs: 2_000 });
  const running = new Set<Running>();

  const started = (stop: () => Promise<void>): Running => {
    let stopping: Promise<void> | undefined;
    const each = { stop: () => (stopping ??= stop()) };
    running.add(each);
    return each;
  };
  const work = async (worker: Worker) =>
    startWorker(worker, {
      connection, log, metrics: createMetrics(), name: `${worker.contract.name}@test`, ensureTopology, contract: hurried(worker.contract),
    }); // prettier-ignore

  return {
    database, databaseUrl, sandbox, nats, connection, publisher,
    async startListSender(over = {}) {
      const base = {
        store: createBlastStore(database), publisher, log, name: "list-sender@test", nowMs: Date.now, blastWindow: 4_000,
        giveWay: openWay(connection, () => performance.now()).give, ...over,
      };
      const feeder = startFeeder(base);
      const worker = await work(sendToCustomerList({ ...base, wakeFeeder: feeder.wake }) as unknown as Worker);
      return started(async () => {
        await feeder.stop();
        await worker.drain(drainMs);
      });
    },
    async startCustomerSender(over = () => ({})) {
      const store = createDeliveryStore(database);
      const deps: CustomerSenderDeps = {
        store, mailer: mailgun, verifier: undefined, templates: createTemplateCache(store), log, name: `customer-sender@${randomUUID()}`,
        monotonicMs: () => performance.now(), wait: (ms, signal) => sleep(ms, undefined, { signal }), random: Math.random, newId: randomUUID,
        unsubscribeUrls: (_agency, ids) => ids.map((id) => `http://127.0.0.1/${id}`), batchMax: 500, callTimeoutMs: 2_000, leaseMs: 5_000,
        firstLookMs: 200, way: openWay(connection, () => performance.now()),
      };
      const worker = await work(sendToCustomer({ ...deps, ...over(deps) }) as unknown as Worker);
      return started(() => worker.drain(drainMs));
    },
    async startScheduler(over = {}) {
      const timers = startTimers({
        store: createTimerStore(database), publisher, countMessages: (stream, subject) => countMessages(connection, stream, subject),
        providerLog: mailgun, log, name: "scheduler@test", nowMs: Date.now, random: Math.random, doubtHorizonMs: 2_000, stallMs: 1_500,
        ...over,
      });
      const archive = consumeDeadLetters(connection, {
        log, ensureTopology, onBatch: (letters) => database.asSystem((tx) => storeDeadLetters(tx, letters)),
      });
      return started(async () => {
        await Promise.all(timers.map((timer) => timer.stop()));
        await archive.stop();
      });
    },
    async ended(blastId, withinMs = 20_000) {
      await until("the blast to end", withinMs, async () => {
        const query = (tx: Parameters<Parameters<Database["asSystem"]>[0]>[0]) =>
          tx.selectFrom("blasts").select("completed_at").where("id", "=", blastId).executeTakeFirst();
        const row = await database.asSystem(query);
        return row !== undefined && row.completed_at !== null;
      });
    },
    async close() {
      await Promise.all([...running].map((each) => each.stop()));
      await connection.close();
      await Promise.all([sandbox.close(), nats.stop(), database.close()]);
      await own?.drop();
    },
  }; // prettier-ignore
}

/** Publishes something that may be no order at all. */
export async function publishRaw(
  publisher: Publisher,
  o: { subject: string; body: Uint8Array; headers?: Record<string, string> },
): Promise<Envelope> {
  const envelope = {
    subject: o.subject,
    body: o.body,
    headers: { "Nats-Msg-Id": randomUUID(), ...o.headers },
  };
  await publisher.publish(envelope);
  return envelope;
}
