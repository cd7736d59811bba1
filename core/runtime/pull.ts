import { JetStreamApiError, jetstreamManager } from "@nats-io/jetstream";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { createInbox, nanos } from "@nats-io/transport-node";
import type { Readiness } from "./health.ts";
import type { HeldMessage } from "./held-message.ts";
import { heldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";
import { fullJitter } from "./retry.ts";
import { createWake } from "./wake.ts";

/** Asks one durable consumer for messages, one request at a time, for as long as it takes. */
export type Puller = {
  /** Look again how many messages are wanted. */
  wake: () => void;
  ready: () => Readiness;
  connected: () => boolean;
  /** Asks no more; resolves when nothing that was already under way can arrive any more. */
  stop: () => Promise<void>;
};

// A request lives this long on the broker; an idle worker renews it twice a minute.
const requestLifeMs = 30_000;
// The broker says this often that the request still lives. A consumer that was resumed looks at waiting requests only when their heartbeat
// is due (seen with 2.15.0), so this is also how long work may rest after a pause.
const brokerHeartbeatMs = 2_000;
// Three missed heartbeats: the request is lost.
const silenceLimitMs = 6_000;
const backoffInitialMs = 100;
// Short, since a broker that is back should find its workers within seconds.
const backoffMaxMs = 5_000;
// A broker that has just come back may not answer the first question.
const apiTimeoutMs = 2_000;
// What the JetStream API answers for a stream or consumer that does not exist.
const notFound = 404;
// Stopping must not wait for a broker that is away.
const stopLimitMs = 2_000;

// The client keeps what it was connected with, and its types do not show it.
function inboxPrefixOf(connection: NatsConnection): string | undefined {
  return (connection as { options?: { inboxPrefix?: string } }).options?.inboxPrefix;
}

export function startPuller(o: {
  connection: NatsConnection;
  log: Logger;
  stream: string;
  durable: string;
  /** How many messages there is room for now; 0 when it is not worth asking. */
  wanted: () => number;
  /** Waited for before each request. */
  giveWay?: () => Promise<void> | undefined;
  onMessage: (message: HeldMessage) => void;
  /** Called when the broker's consumer is another than before (a wiped disk): messages held from the old one are void. */
  onReplaced: () => void;
  ensureTopology?: () => Promise<void>;
}): Puller {
  const { connection, stream, durable, wanted, onMessage, onReplaced, ensureTopology } = o;
  const log = o.log.child({ stream, durable });
  const inbox = createInbox(inboxPrefixOf(connection));
  const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
  const work = createWake();
  const calm = createWake();
  let stopping = false;
  let trouble: string | undefined = "starting";
  let failures = 0;
  let requests = 0;
  let outstanding = 0;
  let heardAtMs = 0;
  let consumerCreated: string | undefined;
  let connected = true;

  const subscription = connection.subscribe(`${inbox}.*`, {
    callback: (error, msg) => {
      if (error) return disturb(`the subscription failed: ${error.message}`);
      heardAtMs = Date.now();
      if (msg.subject.startsWith(inbox)) return onStatus(msg);
      const message = heldMessage(connection, msg);
      if (message === undefined) return;
      if (outstanding > 0) outstanding -= 1;
      onMessage(message);
      if (outstanding === 0) work.wake();
    },
  });

  function onStatus(msg: Msg): void {
    const current = msg.subject === `${inbox}.${requests}`;
    const code = msg.headers?.code ?? 0;
    if (!current || code === 100) return;
    outstanding = 0;
    // 404 and 408 are a request that ended; everything else is a consumer that cannot be asked just now.
    if (code === 404 || code === 408) work.wake();
    else disturb(`the broker answered ${msg.headers?.status ?? "nothing"}`);
  }

  function disturb(what: string): void {
    outstanding = 0;
    trouble = what;
    work.wake();
  }

  function request(count: number): void {
    requests += 1;
    outstanding = count;
    heardAtMs = Date.now();
    const order = { batch: count, expires: nanos(requestLifeMs), idle_heartbeat: nanos(brokerHeartbeatMs) };
    connection.publish(next, JSON.stringify(order), { reply: `${inbox}.${requests}` });
  }

  async function recover(): Promise<void> {
    if (!connected) return calm.wait(silenceLimitMs);
    if (failures > 0) await calm.wait(fullJitter(failures, backoffInitialMs, backoffMaxMs, Math.random()));
    if (stopping) return;
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false, timeout: apiTimeoutMs });
      const { created } = await manager.consumers.info(stream, durable);
      if (consumerCreated !== undefined && consumerCreated !== created) onReplaced();
      consumerCreated = created;
      if (failures > 0) log.info({ failures }, "pulling again");
      trouble = undefined;
      failures = 0;
    } catch (error) {
      failures += 1;
      const detail = error instanceof Error ? error.message : String(error);
      log.warn({ trouble, failures, detail }, "cannot pull");
      trouble = `${durable}: ${detail}`;
      if (error instanceof JetStreamApiError && error.status === notFound) await mend();
    }
  }

  async function mend(): Promise<void> {
    try {
      await ensureTopology?.();
    } catch (error) {
      log.warn({ err: error }, "cannot restore the topology");
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      if (trouble !== undefined) {
        await recover();
        continue;
      }
      if (outstanding === 0 && wanted() > 0) await o.giveWay?.();
      const count = outstanding > 0 || trouble !== undefined ? 0 : wanted();
      if (count > 0) request(count);
      await work.wait(silenceLimitMs);
      if (outstanding > 0 && Date.now() - heardAtMs >= silenceLimitMs) disturb("the broker is silent");
    }
  }

  async function watchConnection(): Promise<void> {
    for await (const { type } of statuses) {
      if (type === "disconnect") {
        connected = false;
        disturb("disconnected");
      }
      if (type === "reconnect") {
        connected = true;
        failures = 0;
        calm.wake();
      }
    }
  }

  const statuses = connection.status();
  const running = Promise.all([loop(), watchConnection()]).catch((error: unknown) => {
    // Only a connection that was closed for good comes here; the readiness probe tells the platform.
    trouble = `stopped: ${error instanceof Error ? error.message : String(error)}`;
    log.error({ err: error }, "pulling ended");
  });

  return {
    wake: work.wake,
    connected: () => connected,
    ready: () => {
      if (connection.isClosed()) return { ok: false, detail: `${durable}: the connection is closed` };
      return trouble === undefined ? { ok: true, detail: "pulling" } : { ok: false, detail: trouble };
    },
    stop: async () => {
      stopping = true;
      work.wake();
      calm.wake();
      (statuses as { stop?: () => void }).stop?.();
      // Drain unsubscribes at the broker, then delivers what was already on its way, so that it can be handed back.
      const drained = connection.isClosed() ? Promise.resolve() : subscription.drain();
      const limit = createWake();
      await Promise.race([drained.catch(() => undefined), limit.wait(stopLimitMs)]);
      limit.wake();
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, stopLimitMs).unref())]);
    },
  };
}
