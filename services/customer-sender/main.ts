import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createKickbox } from "#core/adapters/kickbox/verify.ts";
import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { applyTopology, waitForTopology } from "#core/adapters/nats/topology.ts";
import { openWay } from "#core/adapters/nats/way.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { unsubscribePaths } from "#core/domain/consent/unsubscribe-link.ts";
import { instanceName, startProgram } from "#core/runtime/boot.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { run } from "#core/runtime/lifecycle.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { retryForever } from "#core/runtime/retry.ts";
import { readCustomerSenderConfig } from "./config.ts";
import { providerMeter } from "./provider-meter.ts";
import { restingVerifier } from "./resting-verifier.ts";
import { sendToCustomer } from "./send-to-customer.ts";
import { createTemplateCache } from "./template-cache.ts";

const service = "customer-sender";
const kickboxTimeoutMs = 10_000;
const kickboxConcurrent = 25;
const firstLookMs = 5_000;

await run({
  async start(signal) {
    const config = readCustomerSenderConfig();
    const log = createLogger({ service, level: config.LOG_LEVEL });
    const name = instanceName(service);
    const onIdleError = (err: Error) => log.warn({ err }, "a database connection broke");
    const database = openDatabase({
      url: config.DATABASE_URL,
      applicationName: service,
      maxConnections: 16,
      onIdleError,
    });
    const connection = await connectNats({ url: config.NATS_URL, name, log, signal });
    const ensureTopology = async () =>
      void (await applyTopology(connection, [...allWorkContracts, ...allEventContracts], {
        replicas: config.FANFARE_NATS_REPLICAS,
      }));
    await retryForever(ensureTopology, { signal, onFailure: waitForTopology(log) });
    const { KICKBOX_API_KEY: kickboxKey, KICKBOX_API_URL: kickboxUrl } = config;
    const store = createDeliveryStore(database);
    const publicOrigin = new URL(config.FANFARE_PUBLIC_URL).origin;
    const metrics = createMetrics({ process: true });
    const monotonicMs = () => performance.now();
    const way = openWay(connection, monotonicMs);
    const worker = sendToCustomer({
      store,
      mailer: createMailgun({
        apiUrl: config.MAILGUN_API_URL,
        apiKey: config.MAILGUN_API_KEY,
        timeoutMs: config.MAILGUN_TIMEOUT_MS,
      }),
      verifier:
        kickboxKey === undefined
          ? undefined
          : restingVerifier({
              verifier: createKickbox({
                apiUrl: kickboxUrl,
                apiKey: kickboxKey,
                timeoutMs: kickboxTimeoutMs,
                maxConcurrent: kickboxConcurrent,
              }),
              monotonicMs,
              log,
            }),
      templates: createTemplateCache(store),
      log,
      name,
      monotonicMs,
      way,
      wait: (ms, wakeUp) => sleep(ms, undefined, { signal: wakeUp }),
      maxCallsPerDomain: config.FANFARE_CALLS_PER_DOMAIN,
      meter: providerMeter(metrics),
      random: Math.random,
      newId: randomUUID,
      unsubscribeUrls: (agencyId, customerIds) =>
        unsubscribePaths(agencyId, customerIds, config.FANFARE_LINK_SECRET).map(
          (path) => publicOrigin + path,
        ),
      batchMax: config.MAILGUN_BATCH_MAX,
      callTimeoutMs: config.MAILGUN_TIMEOUT_MS,
      leaseMs: config.FANFARE_LEASE_MS,
      firstLookMs,
    });
    return startProgram({
      service,
      connection,
      log,
      host: config.FANFARE_HOST,
      healthPort: config.FANFARE_HEALTH_PORT,
      workers: [worker],
      metrics,
      tickers: [],
      ensureTopology,
      giveWay: way.give,
      pingDatabase: database.ping,
      closeDatabase: database.close,
    });
  },
  stop: (running) => running.stop(),
});
