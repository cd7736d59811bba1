// A work-queue broker that keeps its promises as little as JetStream may: at least once, in any order, late, twice, with a dedupe that
// forgets, and at times everything lost.
import type { Envelope } from "#core/runtime/envelope.ts";
import { deliver, type Life } from "./life.ts";
import type { World } from "./world.ts";

export type Queue = "list" | "customer";

export type Message = {
  envelope: Envelope;
  queue: Queue;
  availableAtMs: number;
  holder: Life | undefined;
  token: number;
  failures: number;
  silent: boolean;
  copied: boolean;
};

export type Broker = {
  readonly away: boolean;
  /** Goes away, or is back and hands out what waits. */
  setAway(away: boolean): void;
  /** Throws when it is away; may store only some, and may store them without saying so. */
  publish(envelopes: readonly Envelope[]): void;
  take(queue: Queue, most: number, life: Life): Message[];
  ack(message: Message, life: Life, token: number): void;
  nak(message: Message, life: Life, token: number, delayMs: number): void;
  count(subject: string): number;
  subscribe(queue: Queue, wake: () => void): void;
  /** Loses everything it holds and remembers. */
  wipe(): void;
  readonly waiting: number;
  /** Ids of facts that were published. */
  readonly facts: ReadonlySet<string>;
  /** Ids of messages that a wipe took. */
  readonly wiped: ReadonlySet<string>;
};

const ackWaitMs: Readonly<Record<Queue, number>> = { list: 30_000, customer: 60_000 };
const dedupeMs: Readonly<Record<Queue, number>> = { list: 120_000, customer: 30_000 };

export function createBroker(world: () => World): Broker {
  let away = false;
  let messages: Message[] = [];
  let seen = new Map<string, number>();
  const facts = new Set<string>();
  const wiped = new Set<string>();
  const wakers: Record<Queue, (() => void)[]> = { list: [], customer: [] };
  const now = () => world().loop.nowMs;

  function store(envelope: Envelope): void {
    const { chance, fault, faults, loop } = world();
    const id = envelope.headers["Nats-Msg-Id"] ?? "";
    if (envelope.subject.startsWith("fanfare.event.")) return void facts.add(id);
    const queue: Queue = envelope.subject.startsWith("fanfare.work.list.") ? "list" : "customer";
    const known = seen.get(id);
    if (known !== undefined && now() - known < dedupeMs[queue]) return;
    seen.set(id, now());
    const copies = fault(faults.duplicate, "message doubled") ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const delayMs = fault(faults.delay, "message delayed") ? chance.spread(10, 90_000) : 0;
      messages.push({
        envelope,
        queue,
        availableAtMs: now() + delayMs,
        holder: undefined,
        token: 0,
        failures: 0,
        silent: false,
        copied: false,
      });
      loop.after(delayMs, () => wake(queue));
    }
  }

  const wake = (queue: Queue) => {
    for (const waker of wakers[queue]) waker();
  };

  function makeAvailable(message: Message, delayMs: number): void {
    message.holder = undefined;
    message.silent = false;
    message.token += 1;
    message.availableAtMs = now() + delayMs;
    world().loop.after(delayMs, () => wake(message.queue));
  }

  /** Each third of the ack wait a living holder says that it works on it; the silent lose it. */
  function watch(message: Message, token: number): void {
    const { loop } = world();
    loop.after(ackWaitMs[message.queue], () => {
      const { holder } = message;
      if (message.token !== token || holder === undefined) return;
      if (holder.alive && holder.stoppedUntilMs <= now() && !message.silent) watch(message, token);
      else makeAvailable(message, 0);
    });
  }

  const broker: Broker = {
    get away() {
      return away;
    },
    setAway(value) {
      away = value;
      if (!away) for (const queue of ["list", "customer"] as const) wake(queue);
    },
    publish(envelopes) {
      const { fault, faults, chance } = world();
      if (away || fault(faults.publishRefused, "publish refused")) throw new Error("no responders");
      const half = envelopes.length > 1 && fault(faults.publishHalf, "publish halved");
      for (const envelope of half ? envelopes.slice(0, chance.between(1, envelopes.length - 1)) : envelopes)
        store(envelope);
      if (half || fault(faults.publishUnanswered, "publish unanswered")) throw new Error("timeout");
    },
    take(queue, most, life) {
      const { chance, fault, faults } = world();
      if (away) return [];
      const ready = messages.filter(
        (m) => m.queue === queue && m.holder === undefined && m.availableAtMs <= now(),
      );
      if (ready.length === 0) return [];
      if (faults.reorder) ready.sort(() => chance.next() - 0.5);
      // A pull consumer has one lane.
      const lane = ready[0]!.envelope.subject.split(".")[3];
      const taken = ready.filter((m) => m.envelope.subject.split(".")[3] === lane).slice(0, most);
      for (const message of taken) {
        message.holder = life;
        message.token += 1;
        watch(message, message.token);
        // Once a message: copies of copies would drown the rest while nothing can be done about them.
        if (!message.copied && fault(faults.handedTwice, "handed out twice")) {
          message.copied = true;
          const copy = { ...message, holder: undefined, token: 0, availableAtMs: now() };
          messages.push(copy);
          makeAvailable(copy, chance.spread(1, 20_000));
        }
      }
      return taken;
    },
    ack(message, life, token) {
      const { fault, faults } = world();
      if (message.holder !== life || message.token !== token) return;
      // Nobody speaks for a message that was settled; when the word was lost, it is handed out again.
      message.silent = true;
      if (away || fault(faults.ackLost, "ack lost")) return;
      messages = messages.filter((other) => other !== message);
      message.token += 1;
    },
    nak(message, life, token, delayMs) {
      if (message.holder !== life || message.token !== token) return;
      message.silent = true;
      if (!away) makeAvailable(message, delayMs);
    },
    count(subject) {
      if (away) throw new Error("no responders");
      return messages.filter(({ envelope }) => envelope.subject === subject).length;
    },
    subscribe: (queue, waker) => void wakers[queue].push(waker),
    wipe() {
      for (const message of messages) {
        wiped.add(message.envelope.headers["Nats-Msg-Id"] ?? "");
        message.holder = undefined;
        message.token += 1;
      }
      messages = [];
      seen = new Map();
    },
    get waiting() {
      return messages.length;
    },
    facts,
    wiped,
  };
  return broker;
}

/** Wakes a consumer soon, once at a time. */
export function createWaker(world: World, life: Life, pump: () => void): () => void {
  let asked = false;
  return () => {
    if (asked || !life.alive) return;
    asked = true;
    deliver(world, life, world.chance.between(1, 30), () => {
      asked = false;
      pump();
    });
  };
}
