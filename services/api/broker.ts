import type { DescMessage } from "@bufbuild/protobuf";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { createQueueAdmin } from "#core/adapters/nats/queues.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { waySubjects } from "#core/adapters/nats/way.ts";
import type { Logger } from "#core/runtime/log.ts";
import { retryForever } from "#core/runtime/retry.ts";
import type { WayLane } from "#core/runtime/right-of-way.ts";
import type { Publisher } from "./deps.ts";
import type { QueueAdmin } from "./ports/queue-admin.ts";

type Connected = {
  connection: Awaited<ReturnType<typeof connectNats>>;
  publisher: Publisher;
  queueAdmin: QueueAdmin;
};

/** NATS is away. Whatever was committed is published by the relay. */
export class BrokerAwayError extends Error {
  override readonly name = "BrokerAwayError";
}

/** NATS as the API sees it: something that may be away at any time, also at the start. */
export type Broker = {
  publisher: Publisher;
  queueAdmin: QueueAdmin;
  /** Tells the workers that a blast was just asked for, or does nothing. */
  askForWay: (lane: WayLane, agencyId: string) => void;
  /** Resolves when it is there for the first time. */
  connected: Promise<void>;
  close(): Promise<void>;
};

/**
 * Connects in the background, for ever. As long as NATS is away every call fails at once with BrokerAwayError, so that nobody who sends a
 * blast waits for it.
 */
export function openBroker(o: {
  url: string;
  /** Copies of each stream. */
  replicas?: number;
  log: Logger;
  contracts: readonly DescMessage[];
}): Broker {
  const { url, replicas = 1, log, contracts } = o;
  const stop = new AbortController();
  let current: Connected | undefined;
  let away = true;

  async function connect(): Promise<void> {
    const connection = await retryForever(() => connectNats({ url, name: "api", log, signal: stop.signal }), {
      signal: stop.signal,
      maxMs: 10_000,
      onFailure: (error) => log.error({ err: error }, "NATS will not do"),
    });
    void followStatus(connection);
    current = {
      connection,
      publisher: createPublisher(connection),
      queueAdmin: createQueueAdmin(connection, contracts),
    };
    away = false;
    await retryForever(() => applyTopology(connection, contracts, { replicas }), {
      signal: stop.signal,
      onFailure: (error) => log.warn({ err: error }, "the streams could not be checked"),
    });
  }

  async function followStatus(connection: Connected["connection"]): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") away = true;
      else if (type === "reconnect") away = false;
    }
  }

  async function use<T>(act: (parts: Connected) => Promise<T>): Promise<T> {
    if (current === undefined || away) throw new BrokerAwayError("NATS is not connected.");
    return act(current);
  }

  const connected = connect();
  connected.catch((error: unknown) => {
    if (!stop.signal.aborted) log.error({ err: error }, "NATS could not be used");
  });
  return {
    connected,
    publisher: {
      publish: (envelope) => use(({ publisher }) => publisher.publish(envelope)),
      publishAll: (envelopes) => use(({ publisher }) => publisher.publishAll(envelopes)),
    },
    askForWay: (lane, agencyId) => {
      if (current === undefined || away || current.connection.isClosed()) return;
      current.connection.publish(waySubjects.wanted(lane, agencyId));
    },
    queueAdmin: {
      list: () => use(({ queueAdmin }) => queueAdmin.list()),
      pause: (queue, lane) => use(({ queueAdmin }) => queueAdmin.pause(queue, lane)),
      resume: (queue, lane) => use(({ queueAdmin }) => queueAdmin.resume(queue, lane)),
      setLimit: (queue, lane, limit) => use(({ queueAdmin }) => queueAdmin.setLimit(queue, lane, limit)),
    },
    async close() {
      stop.abort(new Error("closing"));
      await current?.connection.close();
    },
  };
}
