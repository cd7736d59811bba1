import { connectNats } from "#core/adapters/nats/connect.ts";
import { onFacts } from "#core/adapters/nats/doorbell.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { createWebhookStore } from "#core/adapters/postgres/webhooks/sender-store.ts";
import { post } from "#core/adapters/webhooks/post.ts";
import { instanceName, startProgram } from "#core/runtime/boot.ts";
import { run } from "#core/runtime/lifecycle.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { startTicker } from "#core/runtime/ticker.ts";
import { readWebhookSenderConfig } from "./config.ts";
import type { WebhookSenderDeps } from "./deps.ts";
import { forgetOld } from "./forget-old.ts";
import { startSending } from "./send-messages.ts";

const service = "webhook-sender";
const forgetEveryMs = 3_600_000;

await run({
  async start(signal) {
    const config = readWebhookSenderConfig();
    const log = createLogger({ service, level: config.LOG_LEVEL });
    const name = instanceName(service);
    const database = openDatabase({
      url: config.DATABASE_URL,
      applicationName: service,
      onIdleError: (err) => log.warn({ err }, "a database connection broke"),
    });
    const connection = await connectNats({ url: config.NATS_URL, name, log, signal });
    const metrics = createMetrics({ process: true });
    const tries = metrics.counter({
      name: "fanfare_webhook_tries_total",
      help: "Tries to post to end points, by what came of them",
      labelNames: ["result"],
    });
    const allowPrivate = config.FANFARE_WEBHOOKS_ALLOW_PRIVATE;
    const deps = {
      store: createWebhookStore(database),
      post: (url, o) => post(url, { ...o, allowPrivate }),
      log,
      name,
      nowMs: Date.now,
      monotonicMs: () => performance.now(),
      random: Math.random,
      timeoutMs: config.FANFARE_WEBHOOK_TIMEOUT_MS,
      backoffInitialMs: config.FANFARE_WEBHOOK_BACKOFF_MS,
      onTried: (result) => tries.inc({ result }),
    } satisfies WebhookSenderDeps;
    const sending = startSending(deps);
    onFacts(connection, sending.wake);
    const round = () => forgetOld(deps);
    const forgetting = startTicker({ name: "forget-old", everyMs: forgetEveryMs, round, log });
    return startProgram({
      service,
      connection,
      log,
      host: config.FANFARE_HOST,
      healthPort: config.FANFARE_HEALTH_PORT,
      workers: [],
      metrics,
      tickers: [sending, forgetting],
      // The broker is a doorbell here: it has nothing to set up.
      ensureTopology: async () => {},
      pingDatabase: database.ping,
      closeDatabase: database.close,
    });
  },
  stop: (running) => running.stop(),
});
