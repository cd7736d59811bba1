import { setTimeout as wait } from "node:timers/promises";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { applyTopology, waitForTopology } from "#core/adapters/nats/topology.ts";
import { openWay } from "#core/adapters/nats/way.ts";
import { createBlastStore } from "#core/adapters/postgres/blast-store.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { instanceName, startProgram } from "#core/runtime/boot.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { run } from "#core/runtime/lifecycle.ts";
import { createLogger } from "#core/runtime/log.ts";
import { retryForever } from "#core/runtime/retry.ts";
import { readListSenderConfig } from "./config.ts";
import { startFeeder } from "./feeder.ts";
import { sendToCustomerList } from "./send-to-customer-list.ts";

const service = "list-sender";

await run({
  async start(signal) {
    const config = readListSenderConfig();
    const log = createLogger({ service, level: config.LOG_LEVEL });
    const name = instanceName(service);
    const database = openDatabase({
      url: config.DATABASE_URL,
      applicationName: service,
      onIdleError: (err) => log.warn({ err }, "a database connection broke"),
    });
    const connection = await connectNats({ url: config.NATS_URL, name, log, signal });
    const ensureTopology = async () =>
      void (await applyTopology(connection, [...allWorkContracts, ...allEventContracts], {
        replicas: config.FANFARE_NATS_REPLICAS,
      }));
    await retryForever(ensureTopology, { signal, onFailure: waitForTopology(log) });
    const way = openWay(connection, () => performance.now());
    const base = {
      store: createBlastStore(database),
      publisher: createPublisher(connection),
      log,
      name,
      nowMs: Date.now,
      giveWay: way.give,
      quietMs: way.quietMs,
      blastWindow: config.FANFARE_BLAST_WINDOW,
    };
    const feeder = startFeeder(base);
    const deps = { ...base, wakeFeeder: feeder.wake, rest: wait };
    return startProgram({
      service,
      connection,
      log,
      host: config.FANFARE_HOST,
      healthPort: config.FANFARE_HEALTH_PORT,
      workers: [sendToCustomerList(deps)],
      tickers: [feeder],
      ensureTopology,
      pingDatabase: database.ping,
      closeDatabase: database.close,
    });
  },
  stop: (running) => running.stop(),
});
