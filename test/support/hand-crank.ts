// The pipeline turned by hand: the real code of list-sender, customer-sender and scheduler, on the real database and sandbox, one step at
// a time, with a queue that is an array. So a test decides when a program dies, and runs again to the same boundary.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { createBlastStore } from "#core/adapters/postgres/blast-store.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import { decode, isProblem, type Envelope } from "#core/runtime/envelope.ts";
import { createLogger } from "#core/runtime/log.ts";
import type { Outcome } from "#core/runtime/outcome.ts";
import type { Worker } from "#core/runtime/worker.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { CustomerSenderDeps } from "../../services/customer-sender/deps.ts";
import { sendToCustomer } from "../../services/customer-sender/send-to-customer.ts";
import { createTemplateCache } from "../../services/customer-sender/template-cache.ts";
import { finishBlasts } from "../../services/list-sender/finish-blasts.ts";
import { releaseDeliveries } from "../../services/list-sender/release-deliveries.ts";
import { sendToCustomerList } from "../../services/list-sender/send-to-customer-list.ts";
import type { SchedulerDeps } from "../../services/scheduler/deps.ts";
import { expireLeases } from "../../services/scheduler/expire-leases.ts";
import { rebuildQueues } from "../../services/scheduler/rebuild-queues.ts";
import { relayOutbox } from "../../services/scheduler/relay-outbox.ts";
import { settleDoubts } from "../../services/scheduler/settle-doubts.ts";
import { wakeRetries } from "../../services/scheduler/wake-retries.ts";
import { beginLife, type Life } from "./mortal.ts";
import { passTime } from "./pass-time.ts";

/** Production's lease; the horizon is short enough for a few steps. */
export const leaseMs = 60_000;
const doubtHorizonMs = 120_000;
const stallMs = 10_000;
/** How far one step moves when there is nothing else to do: beyond lease, wake-up and the next look. */
const stepMs = 65_000;
const maxTurns = 400;
const log = createLogger({ service: "test", level: process.env["TEST_LOG"] ?? "silent" });

type Part = "listSender" | "customerSender" | "scheduler";

export type CrankOptions = {
  database: Database;
  sandboxUrl: string;
  /** Messages that customer-sender takes at once. */
  batch?: number;
  blastWindow?: number;
  /** This program dies at its n-th effect and is started again. */
  crash?: { part: Part; at: number; /** The broker dies with it and loses everything. */ wipe?: boolean };
  /** Replaces parts of customer-sender. */
  overrides?: (deps: CustomerSenderDeps) => Partial<CustomerSenderDeps>;
  callTimeoutMs?: number;
};

/** What was on the queue and could not be done. */
export type CrankLetter = { envelope: Envelope; outcome: Extract<Outcome, { kind: "reject" }> };

export type Crank = {
  /** Turns until the blast has ended and nothing of it is under way. Throws when that does not come. */
  untilEnded(blastId: string): Promise<void>;
  /** One step of everything; answers whether anything moved. */
  turn(): Promise<boolean>;
  publish(...envelopes: Envelope[]): void;
  /** Deliveries of the agency that are on the queue; leftovers of other tests are not counted. */
  queuedOf(agencyId: string): number;
  readonly letters: readonly CrankLetter[];
  /** The life that was to end, with how far it came. */
  readonly doomed: Life | undefined;
};

type Queued = { envelope: Envelope; failures: number };

export function createCrank(o: CrankOptions): Crank {
  const { database, sandboxUrl, batch = 5, blastWindow = 4_000, crash } = o;
  let queue: Queued[] = [];
  const letters: CrankLetter[] = [];
  const broker = {
    publishAll: async (envelopes: readonly Envelope[]) => void queue.push(...envelopes.map((envelope) => ({ envelope, failures: 0 }))),
  }; // prettier-ignore
  const doomed = crash === undefined ? undefined : beginLife(crash.at);
  const immortal = beginLife();
  let lives: Record<Part, Life> = { listSender: immortal, customerSender: immortal, scheduler: immortal };
  if (crash !== undefined && doomed !== undefined) lives = { ...lives, [crash.part]: doomed };
  let parts = startParts(o, lives, broker, () => queue, blastWindow);

  /** Runs one step of a program; when it dies in it, the program is started anew. True when it survived. */
  async function step(part: Part, work: () => Promise<unknown>): Promise<boolean> {
    const life = lives[part];
    const died = life.died.then(() => "died" as const);
    if ((await Promise.race([work().then(() => "done" as const), died])) === "done") return true;
    lives = { ...lives, [part]: beginLife() };
    if (crash?.wipe === true) queue = [];
    parts = startParts(o, lives, broker, () => queue, blastWindow);
    return false;
  }

  async function handle(part: Part, worker: Worker, prefix: string, most: number): Promise<boolean> {
    const taken = queue.filter(({ envelope }) => envelope.subject.startsWith(prefix)).slice(0, most);
    if (taken.length === 0) return false;
    let outcomes: Outcome[] = [];
    const survived = await step(part, async () => {
      const items = taken.map(({ envelope }) => itemOf(worker, envelope));
      const context = { lane: Lane.STANDARD, signal: new AbortController().signal, log };
      outcomes = await worker.handle(items, context);
    });
    // What a dead program held is handed out again; what it published is on the queue already.
    if (!survived) return true;
    const settled = new Set<Queued>();
    for (const [index, held] of taken.entries()) {
      const outcome = outcomes[index]!;
      if (outcome.kind === "defer") continue;
      if (outcome.kind === "retry" && ++held.failures < 10) continue;
      if (outcome.kind === "reject") letters.push({ envelope: held.envelope, outcome });
      settled.add(held);
    }
    queue = queue.filter((held) => !settled.has(held));
    return settled.size > 0;
  }

  async function turn(): Promise<boolean> {
    const before = queue.length;
    await step("scheduler", () => parts.timers());
    const listed = await handle("listSender", parts.listWorker, "fanfare.work.list.", 1);
    await step("listSender", () => parts.feed());
    const sent = await handle("customerSender", parts.customerWorker, "fanfare.work.customer.", batch);
    return listed || sent || queue.length !== before;
  }

  async function isOver(blastId: string): Promise<boolean> {
    const row = await database.asSystem((tx) =>
      tx
        .selectFrom("blasts")
        .select((eb) => [
          "completed_at",
          eb.selectFrom("doubts").select(eb.fn.countAll<number>().as("n")).where("doubts.blast_id", "=", blastId).as("doubts"),
          eb.selectFrom("claims").select(eb.fn.countAll<number>().as("n")).where("claims.blast_id", "=", blastId).as("claims"),
        ])
        .where("id", "=", blastId)
        .executeTakeFirstOrThrow(),
    ); // prettier-ignore
    return row.completed_at !== null && Number(row.doubts) === 0 && Number(row.claims) === 0;
  }

  return {
    turn,
    async untilEnded(blastId) {
      for (let turns = 0; turns < maxTurns; turns++) {
        const moved = await turn();
        if (await isOver(blastId)) return;
        if (!moved) await passTime(database, stepMs);
      }
      throw new Error(`blast ${blastId} has not ended after ${maxTurns} turns; sandbox ${sandboxUrl}`);
    },
    publish: (...envelopes) => void broker.publishAll(envelopes),
    queuedOf: (agencyId) =>
      queue.filter(
        ({ envelope: { subject } }) =>
          subject.startsWith("fanfare.work.customer.") && subject.endsWith(`.${agencyId}`),
      ).length,
    letters,
    doomed,
  };
}

function startParts(
  o: CrankOptions,
  lives: Record<Part, Life>,
  broker: { publishAll(envelopes: readonly Envelope[]): Promise<void> },
  queue: () => readonly Queued[],
  blastWindow: number,
) {
  const { callTimeoutMs = 2_000 } = o;
  const mailgun = createMailgun({ apiUrl: o.sandboxUrl, apiKey: "key", timeoutMs: callTimeoutMs });
  const list = {
    store: createBlastStore(lives.listSender.database(o.database)), publisher: lives.listSender.publisher(broker),
    log, name: "list-sender@test", nowMs: Date.now, blastWindow, wakeFeeder: () => undefined,
  }; // prettier-ignore
  const store = createDeliveryStore(lives.customerSender.database(o.database));
  const customer: CustomerSenderDeps = {
    store, mailer: { send: lives.customerSender.effect(mailgun.send) }, verifier: undefined, templates: createTemplateCache(store),
    log, name: "customer-sender@test", monotonicMs: () => performance.now(), wait: (ms, signal) => sleep(ms, undefined, { signal }), random: Math.random, newId: randomUUID,
    unsubscribeUrls: (_agency, ids) => ids.map((id) => `http://127.0.0.1/${id}`), batchMax: 500, callTimeoutMs, leaseMs, firstLookMs: 5_000,
  }; // prettier-ignore
  const scheduler: SchedulerDeps = {
    store: createTimerStore(lives.scheduler.database(o.database)), publisher: lives.scheduler.publisher(broker),
    countMessages: async (_stream, subject) => queue().filter(({ envelope }) => envelope.subject === subject).length,
    providerLog: mailgun, log, name: "scheduler@test", nowMs: Date.now, random: Math.random, doubtHorizonMs, stallMs,
  }; // prettier-ignore
  return {
    listWorker: sendToCustomerList(list) as unknown as Worker,
    customerWorker: sendToCustomer({ ...customer, ...o.overrides?.(customer) }) as unknown as Worker,
    async feed() {
      await releaseDeliveries(list);
      await finishBlasts(list);
    },
    async timers() {
      for (const round of [relayOutbox, wakeRetries, expireLeases, settleDoubts, rebuildQueues])
        await round(scheduler);
    },
  };
}

function itemOf(worker: Worker, envelope: Envelope) {
  const message = decode(worker.contract, envelope.headers, envelope.body);
  if (isProblem(message))
    throw new Error(`the test put something on the queue that is no order: ${message.detail}`);
  return {
    message, subject: envelope.subject, lane: Lane.STANDARD, messageId: envelope.headers["Nats-Msg-Id"] ?? "", handedOut: 1,
    publishedAtMs: Date.now(),
  }; // prettier-ignore
}
