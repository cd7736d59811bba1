// The real services, started as processes of the simulated world.
import { setTimeout as sleep } from "node:timers/promises";
import { compileTemplate } from "#core/domain/rendering/compile-template.ts";
import { decode, isProblem, type Envelope } from "#core/runtime/envelope.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { Outcome } from "#core/runtime/outcome.ts";
import { fullJitter } from "#core/runtime/retry.ts";
import type { WorkItem, Worker } from "#core/runtime/work-item.ts";
import type { CustomerSenderDeps } from "../../../services/customer-sender/deps.ts";
import { sendToCustomer } from "../../../services/customer-sender/send-to-customer.ts";
import type { ListSenderDeps } from "../../../services/list-sender/deps.ts";
import { finishBlasts } from "../../../services/list-sender/finish-blasts.ts";
import { releaseDeliveries } from "../../../services/list-sender/release-deliveries.ts";
import { sendToCustomerList } from "../../../services/list-sender/send-to-customer-list.ts";
import { applyProviderEvents } from "../../../services/scheduler/apply-provider-events.ts";
import type { SchedulerDeps } from "../../../services/scheduler/deps.ts";
import { expireLeases } from "../../../services/scheduler/expire-leases.ts";
import { fireSchedules } from "../../../services/scheduler/fire-schedules.ts";
import { rebuildQueues } from "../../../services/scheduler/rebuild-queues.ts";
import { relayOutbox } from "../../../services/scheduler/relay-outbox.ts";
import { settleDoubts } from "../../../services/scheduler/settle-doubts.ts";
import { wakeRetries } from "../../../services/scheduler/wake-retries.ts";
import { noSignal } from "../engine/virtual-time.ts";
import {
  createMemoryBlastStore,
  createMemoryDeliveryStore,
  createMemoryTimerStore,
} from "../memory/stores.ts";
import { createWaker, type Message, type Queue } from "./broker.ts";
import { call, dies, reportDefect, startProcess, transactionsOf, type Life } from "./life.ts";
import type { Timers } from "./timers.ts";
import type { World } from "./world.ts";

const quiet = () => undefined;
const silent = {
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  fatal: quiet,
  child: () => silent,
} as unknown as Logger;

const compiled = compileTemplate({ subject: "Storm", html: "<p>Storm</p>", text: "Storm" });
if (!compiled.ok) throw new Error("The simulator's own template does not compile.");
const { template } = compiled;

/** Starts all services; answers how to reach each process that lives. */
export function startServices(world: World, timers: Timers): (() => Life)[] {
  const { customerSenders, listSenders, schedulers } = world.settings;
  const many = (count: number, name: string, start: (life: Life) => void) =>
    Array.from({ length: count }, (_, index) => startProcess(world, `${name}-${index + 1}`, start));
  return [
    ...many(schedulers, "scheduler", (life) => startScheduler(world, timers, life)),
    ...many(listSenders, "list-sender", (life) => startListSender(world, timers, life)),
    ...many(customerSenders, "customer-sender", (life) => startCustomerSender(world, life)),
  ];
}

function publisherOf(world: World, life: Life) {
  return {
    publishAll: (envelopes: readonly Envelope[]) =>
      call(world, life, "publish", () => {
        world.trace.add(
          world.loop.nowMs,
          life.name,
          `publishes ${envelopes.length} on ${envelopes[0]?.subject ?? ""}`,
        );
        world.broker.publish(envelopes);
      }),
  };
}

function startCustomerSender(world: World, life: Life): void {
  const { settings, loop, chance, bug } = world;
  const store = createMemoryDeliveryStore(world.db, transactionsOf(world, life));
  const known = new Set<string>();
  const deps: CustomerSenderDeps = {
    store,
    mailer: {
      send: (mail) =>
        call(
          world,
          life,
          "send",
          () => {
            world.trace.add(
              loop.nowMs,
              life.name,
              `sends ${mail.recipients.map(({ rid }) => rid).join(" ")}`,
            );
            return world.provider.send(mail);
          },
          () => 0,
        ),
    },
    verifier: {
      verifyMany: (addresses) =>
        call(world, life, "verify", () => new Map(addresses.map((address) => [address, verdictOf(address)]))),
    },
    templates: {
      // Kept once it was read, as by services/customer-sender/template-cache.ts: versions do not change.
      async get(agencyId, templateId, version) {
        if (
          !known.has(templateId) &&
          (await store.templateVersion(agencyId, templateId, version)) === undefined
        )
          return { ok: false, reason: "no such version" };
        known.add(templateId);
        return { ok: true, template };
      },
    },
    log: silent,
    name: life.name,
    monotonicMs: () => loop.nowMs - world.startMs,
    // In virtual time: see engine/virtual-time.ts.
    wait: (ms) => sleep(ms),
    random: () => chance.next(),
    newId: world.db.newId,
    unsubscribeUrls: (_agency, ids) => ids.map((id) => `https://example.com/${id}`),
    batchMax: settings.batchMax,
    callTimeoutMs: settings.callTimeoutMs,
    leaseMs: settings.leaseMs,
    firstLookMs: settings.firstLookMs,
  };
  const worker = sendToCustomer({ ...deps, ...bug?.customerSender?.(deps) }) as unknown as Worker;
  startConsumer(world, life, "customer", worker);
}

function verdictOf(address: string) {
  if (address.startsWith("gone-"))
    return { kind: "judged", result: "undeliverable", reason: "rejected_email" } as const;
  if (address.startsWith("odd-")) return { kind: "judged", result: "unknown", reason: "no_connect" } as const;
  if (address.startsWith("mute-")) return { kind: "unavailable", reason: "timeout" } as const;
  return { kind: "judged", result: "deliverable", reason: "accepted_email" } as const;
}

/** As Date.now() tells it: whole milliseconds, of a clock that may be off. */
function wallClockMs({ loop }: World, { clockOffMs }: Life): number {
  return Math.floor(loop.nowMs) + clockOffMs;
}

function startListSender(world: World, timers: Timers, life: Life): void {
  const deps: ListSenderDeps = {
    store: createMemoryBlastStore(world.db, transactionsOf(world, life)),
    publisher: publisherOf(world, life),
    log: silent,
    name: life.name,
    nowMs: () => wallClockMs(world, life),
    blastWindow: world.settings.blastWindow,
    wakeFeeder: () => timers.poke("feeder", world.loop.nowMs),
  };
  startConsumer(world, life, "list", sendToCustomerList(deps) as unknown as Worker);
  timers.start(life, "feeder", 100, async () => {
    const released = await releaseDeliveries(deps);
    await finishBlasts(deps);
    return { more: released > 0 };
  });
}

function startScheduler(world: World, timers: Timers, life: Life): void {
  const { settings, loop, chance, bug } = world;
  const deps: SchedulerDeps = {
    store: createMemoryTimerStore(world.db, transactionsOf(world, life)),
    publisher: publisherOf(world, life),
    countMessages: (_stream, subject) => call(world, life, "count", () => world.broker.count(subject)),
    providerLog: {
      lookUp: (query) =>
        call(world, life, "look up", () => {
          const answer = world.provider.lookUp(query);
          const what = answer.kind === "unavailable" ? answer.kind : answer.complete ? "all of it" : "a part";
          const seconds = (ms: number) => Math.round((ms - world.startMs) / 1_000);
          world.trace.add(
            loop.nowMs,
            life.name,
            `looks for ${query.rids.join(" ")} from ${seconds(query.fromMs)} s to ${seconds(query.toMs)} s: sees ${what}, finds ${[...answer.found.keys()].join(" ") || "none"}`,
          );
          return answer;
        }),
    },
    log: silent,
    name: life.name,
    nowMs: () => wallClockMs(world, life),
    random: () => chance.next(),
    doubtHorizonMs: settings.horizonMs,
    stallMs: settings.stallMs,
  };
  const own: SchedulerDeps = { ...deps, ...bug?.scheduler?.(deps) };
  const without = new Set(bug?.timersOff ?? []);
  const all = [
    ["relay", 250, relayOutbox],
    ["fire", 250, fireSchedules],
    ["wake", 500, wakeRetries],
    ["leases", 1_000, expireLeases],
    ["events", 500, applyProviderEvents],
    ["doubts", 1_000, settleDoubts],
    ["rebuild", 1_000, rebuildQueues],
  ] as const;
  for (const [timer, everyMs, round] of all)
    if (!without.has(timer)) timers.start(life, timer, everyMs, () => round(own));
}

// What core/runtime/lane.ts is in a real process: pull, decode, handle, settle each message by its outcome.
const concurrentBatches = 2;
const maxFailures = 10;

function startConsumer(world: World, life: Life, queue: Queue, worker: Worker): void {
  const { broker, loop, trace } = world;
  let busy = 0;
  const pump = () => {
    while (busy < concurrentBatches && life.alive) {
      const batch = broker.take(queue, world.settings.takeMax, life);
      if (batch.length === 0) return;
      busy += 1;
      trace.add(
        loop.nowMs,
        life.name,
        `takes ${batch.map(({ envelope }) => envelope.headers["Nats-Msg-Id"]).join(" ")}`,
      );
      void work(batch, batch.map(({ token }) => token)); // prettier-ignore
    }
  };

  async function work(batch: Message[], tokens: number[]): Promise<void> {
    if (world.bug?.ackFirst === true)
      for (const [index, message] of batch.entries()) broker.ack(message, life, tokens[index]!);
    let outcomes: Outcome[];
    try {
      outcomes = await worker.handle(batch.map((message) => itemOf(worker, message.envelope)), { lane: 1, signal: noSignal, log: silent }); // prettier-ignore
    } catch (error) {
      reportDefect(world, `the worker of ${queue}`, error);
      outcomes = batch.map(() => ({
        kind: "retry",
        reason: error instanceof Error ? error.message : String(error),
      }));
    }
    if (dies(world, life, "before acknowledging")) return;
    for (const [index, message] of batch.entries()) {
      settle(message, tokens[index]!, outcomes[index]!);
      if (dies(world, life, "while acknowledging")) return;
    }
    busy -= 1;
    wake();
  }

  function settle(message: Message, token: number, outcome: Outcome): void {
    switch (outcome.kind) {
      case "done":
      case "skip":
        return broker.ack(message, life, token);
      case "defer":
        return broker.nak(message, life, token, outcome.delayMs);
      case "retry":
        message.failures += 1;
        if (message.failures >= maxFailures) return bury(message, token);
        return broker.nak(
          message,
          life,
          token,
          outcome.delayMs ?? fullJitter(message.failures, 1_000, 60_000, world.chance.next()),
        );
      case "reject":
        return bury(message, token);
      default:
        return outcome satisfies never;
    }
  }

  function bury(message: Message, token: number): void {
    const id = message.envelope.headers["Nats-Msg-Id"] ?? "";
    trace.add(loop.nowMs, life.name, `buries ${id}`);
    world.buried.add(id);
    broker.ack(message, life, token);
  }

  const wake = createWaker(world, life, pump);
  broker.subscribe(queue, wake);
  wake();
}

const decoded = new WeakMap<Envelope, WorkItem<never>>();

function itemOf(worker: Worker, envelope: Envelope): WorkItem<never> {
  const known = decoded.get(envelope);
  if (known !== undefined) return known;
  const message = decode(worker.contract, envelope.headers, envelope.body);
  if (isProblem(message))
    throw new Error(`A service published something that is no order: ${message.detail}`);
  const item = {
    message,
    subject: envelope.subject,
    lane: 1,
    messageId: "",
    handedOut: 1,
    publishedAtMs: 0,
  } as unknown as WorkItem<never>;
  decoded.set(envelope, item);
  return item;
}
