import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { findKeyOwner } from "#core/adapters/postgres/api-keys/find-key-owner.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { findSessionOwner } from "#core/adapters/postgres/sessions/sessions.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { createExportTokens } from "./auth/export-token.ts";
import { createSignIn } from "./auth/sign-in.ts";
import { openBroker } from "./broker.ts";
import type { ApiConfig } from "./config.ts";
import type { ApiDeps } from "./deps.ts";
import { exportDirectory } from "./export-directory.ts";

// A call holds a connection for its transaction only; PostgreSQL's own limit of 100 is shared with the workers.
const maxConnections = 20;
// As the scheduler's: a page of the log may take its time.
const lookUpTimeoutMs = 20_000;

/** Opens what the API stands on; nothing waits for anything to be there. `overrides` are for tests. */
export function openDeps(
  config: ApiConfig,
  overrides: Partial<ApiDeps> = {},
): { deps: ApiDeps; connected: Promise<void>; close: () => Promise<void> } {
  const log = overrides.log ?? createLogger({ service: "api", level: config.logLevel });
  const nowMs = overrides.nowMs ?? Date.now;
  const database = openDatabase({
    url: config.databaseUrl,
    maxConnections,
    applicationName: "fanfare-api",
    onIdleError: (error) => log.warn({ err: error }, "a database connection broke"),
  });
  const broker = openBroker({
    url: config.natsUrl,
    ...(config.natsReplicas === undefined ? {} : { replicas: config.natsReplicas }),
    log,
    contracts: [...allWorkContracts, ...allEventContracts],
  });
  const deps: ApiDeps = {
    config,
    database,
    publisher: broker.publisher,
    askForWay: broker.askForWay,
    queueAdmin: broker.queueAdmin,
    ...(config.mailgun === undefined
      ? {}
      : { providerLog: createMailgun({ ...config.mailgun, timeoutMs: lookUpTimeoutMs }) }),
    exportTokens: createExportTokens(config.operatorKey, nowMs),
    ...(config.exportStore?.startsWith("file:") ? { exportFiles: exportDirectory(config.exportStore) } : {}),
    signIn: createSignIn((hash) => database.asSystem((tx) => findKeyOwner(tx, hash)), nowMs),
    sessions: createSignIn((hash) => database.asSystem((tx) => findSessionOwner(tx, hash)), nowMs),
    log,
    metrics: overrides.metrics ?? createMetrics({ process: true }),
    nowMs,
    ...overrides,
  };
  const close = async () => {
    await Promise.all([database.close(), broker.close()]);
  };
  return { deps, connected: broker.connected, close };
}
