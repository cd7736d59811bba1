import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { countMessages } from "#core/adapters/nats/count-messages.ts";
import { consumeDeadLetters } from "#core/adapters/nats/dead-letters.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { applyTopology, waitForTopology } from "#core/adapters/nats/topology.ts";
import { openWay } from "#core/adapters/nats/way.ts";
import { createNightlyAudit } from "#core/adapters/postgres/audit/nightly.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { createRetention } from "#core/adapters/postgres/maintenance/retention.ts";
import { createFactLog } from "#core/adapters/postgres/replay/publish-facts.ts";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import { storeDeadLetters } from "#core/adapters/postgres/dead-letters/store-dead-letters.ts";
import { instanceName, startProgram } from "#core/runtime/boot.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { run } from "#core/runtime/lifecycle.ts";
import { createLogger } from "#core/runtime/log.ts";
import { retryForever } from "#core/runtime/retry.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { auditMeter } from "./audit-nightly.ts";
import { readSchedulerConfig } from "./config.ts";
import { startTimers } from "./timers.ts";

const service = "scheduler";
const lookUpTimeoutMs = 20_000;

await run({
  async start(signal) {
    const config = readSchedulerConfig();
    const log = createLogger({ service, level: config.LOG_LEVEL });
    const name = instanceName(service);
    const onIdleError = (err: Error) => log.warn({ err }, "a database connection broke");
    const database = openDatabase({ url: config.DATABASE_URL, applicationName: service, onIdleError });
    const connection = await connectNats({ url: config.NATS_URL, name, log, signal });
    const ensureTopology = async () =>
      void (await applyTopology(connection, [...allWorkContracts, ...allEventContracts], {
        replicas: config.FANFARE_NATS_REPLICAS,
      }));
    await retryForever(ensureTopology, { signal, onFailure: waitForTopology(log) });
    const metrics = createMetrics({ process: true });
    const timers = startTimers({
      store: createTimerStore(database),
      publisher: createPublisher(connection),
      countMessages: (stream, subject) => countMessages(connection, stream, subject),
      providerLog: createMailgun({
        apiUrl: config.MAILGUN_API_URL,
        apiKey: config.MAILGUN_API_KEY,
        timeoutMs: lookUpTimeoutMs,
      }),
      log,
      name,
      nowMs: Date.now,
      giveWay: openWay(connection, () => performance.now()).give,
      random: Math.random,
      doubtHorizonMs: config.FANFARE_DOUBT_HORIZON_MS,
      stallMs: config.FANFARE_STALL_MS,
      retention: { store: createRetention(database), keepMonths: config.FANFARE_KEEP_MONTHS },
      facts: createFactLog(database),
      nightly: { audit: createNightlyAudit(database), meter: auditMeter(metrics) },
    });
    const archive = consumeDeadLetters(connection, {
      log,
      ensureTopology,
      onBatch: (letters) => database.asSystem((tx) => storeDeadLetters(tx, letters)),
    });
    return startProgram({
      service,
      connection,
      log,
      host: config.FANFARE_HOST,
      healthPort: config.FANFARE_HEALTH_PORT,
      workers: [],
      metrics,
      tickers: [...timers, { wake: () => {}, stop: () => archive.stop() }],
      ensureTopology,
      pingDatabase: database.ping,
      closeDatabase: database.close,
    });
  },
  stop: (running) => running.stop(),
});
