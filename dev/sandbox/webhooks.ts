import { createHmac, randomBytes } from "node:crypto";
import { Agent, request } from "undici";
import { viewEvent } from "./event-view.ts";
import type { World } from "./world.ts";

/** Sends each event to the configured address, signed, until it is taken, refused for good, or tried enough. */
export type Webhooks = {
  notify(eventIndex: number): void;
  counts(): WebhookCounts;
  clear(): void;
  close(): Promise<void>;
};

export type WebhookCounts = {
  waiting: number;
  delivered: number;
  stopped: number;
  retried: number;
  givenUp: number;
  overflowed: number;
};

/** A number an event: a million wait in a few MB, more than the sandbox makes while a receiver is away for a minute. */
const MAX_WAITING = 1_000_000;
/** Mailgun calls from many machines; a receiver should see some calls at once. */
const MAX_CONCURRENT = 16;
const ANSWER_TIMEOUT_MS = 10_000;
/** The sent part of the queue is cut off when it is this long. */
const COMPACT_AFTER = 10_000;

/** HMAC-SHA256 in hex over timestamp and token, as Mailgun signs; the body is not part of it. */
export function signWebhook(signingKey: string, timestamp: string, token: string): string {
  return createHmac("sha256", signingKey)
    .update(timestamp + token)
    .digest("hex");
}

type Job = { eventIndex: number; tries: number };

export function createWebhooks(world: World, signingKey: string): Webhooks {
  const agent = new Agent({ connections: MAX_CONCURRENT });
  const retries = new Set<NodeJS.Timeout>();
  let queue: Job[] = [];
  let head = 0;
  let running = 0;
  let epoch = 0;
  let counts = noCounts();

  function notify(eventIndex: number): void {
    const { webhookUrl, webhookEvents } = world.config;
    if (webhookUrl === "" || !webhookEvents.includes(world.log.name(eventIndex))) return;
    enqueue({ eventIndex, tries: 0 });
  }

  function enqueue(job: Job): void {
    if (queue.length - head + retries.size >= MAX_WAITING) {
      counts.overflowed++;
      return;
    }
    queue.push(job);
    pump();
  }

  function pump(): void {
    while (running < MAX_CONCURRENT && head < queue.length) {
      const job = queue[head++]!;
      running++;
      void call(job, epoch).finally(() => {
        running--;
        pump();
      });
    }
    if (head > COMPACT_AFTER) {
      queue = queue.slice(head);
      head = 0;
    }
  }

  async function call(job: Job, startedIn: number): Promise<void> {
    const status = await post(job.eventIndex);
    if (startedIn !== epoch) return;
    const waitMs = world.config.webhookRetryMs[job.tries];
    if (status === 200) counts.delivered++;
    else if (status === 406) counts.stopped++;
    else if (waitMs === undefined) counts.givenUp++;
    else {
      counts.retried++;
      const timer = setTimeout(() => {
        retries.delete(timer);
        enqueue({ eventIndex: job.eventIndex, tries: job.tries + 1 });
      }, waitMs);
      retries.add(timer);
    }
  }

  /** The status of the answer; 0 when there was none. */
  async function post(eventIndex: number): Promise<number> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const token = randomBytes(25).toString("hex");
    const signature = { timestamp, token, signature: signWebhook(signingKey, timestamp, token) };
    try {
      const { statusCode, body } = await request(world.config.webhookUrl, {
        method: "POST",
        dispatcher: agent,
        headers: { "content-type": "application/json", "user-agent": "fanfare-sandbox" },
        body: JSON.stringify({ signature, "event-data": viewEvent(world, eventIndex) }),
        headersTimeout: ANSWER_TIMEOUT_MS,
        bodyTimeout: ANSWER_TIMEOUT_MS,
      });
      await body.dump();
      return statusCode;
    } catch {
      return 0;
    }
  }

  function clear(): void {
    epoch++;
    for (const timer of retries) clearTimeout(timer);
    retries.clear();
    queue = [];
    head = 0;
    counts = noCounts();
  }

  return {
    notify,
    counts: () => ({ ...counts, waiting: queue.length - head + retries.size + running }),
    clear,
    async close() {
      clear();
      await agent.destroy();
    },
  };
}

function noCounts(): WebhookCounts {
  return { waiting: 0, delivered: 0, stopped: 0, retried: 0, givenUp: 0, overflowed: 0 };
}
