import type { AddressInfo } from "node:net";
import { Code } from "@connectrpc/connect";
import { noteLastUse } from "#core/adapters/postgres/api-keys/note-last-use.ts";
import { createValidator, type Validator } from "@bufbuild/protovalidate";
import { create } from "@bufbuild/protobuf";
import { createAuthenticate } from "./auth/authenticate.ts";
import { withServiceKeys } from "./auth/service-keys.ts";
import { withExporter } from "./auth/exporter.ts";
import { createLastUsed } from "./auth/last-used.ts";
import type { ApiDeps } from "./deps.ts";
import { readConsoleFiles } from "./http/console-files.ts";
import { createReadiness } from "./http/readiness.ts";
import { createWebhookInbox } from "./http/webhook-inbox.ts";
import { createSplitServer } from "./http/split-protocols.ts";
import { registerRoutes, services } from "./routes.ts";
import { fail } from "./rpc/fail.ts";
import { createListener } from "./server.ts";

/** The API on its port. `close` lets running calls end, for `graceMs` at most, and ends streams with Unavailable. */
export type ServedApi = { url: string; close(graceMs?: number): Promise<void> };

// Shorter than the 25 s that the process gets to stop, longer than a call may sensibly last.
const defaultGraceMs = 15_000;

const sweepEveryMs = 50;

/** Serves the API until closed. It does not close what is in `deps`: whoever opened that does. */
export async function serveApi(deps: ApiDeps): Promise<ServedApi> {
  const { database, config, signIn, log, metrics, nowMs } = deps;
  const shutdown = new AbortController();
  let stopping = false;
  const ready = createReadiness({ ping: () => database.ping(), isStopping: () => stopping, nowMs });
  const lastUsed = createLastUsed((ids) => database.asSystem((tx) => noteLastUse(tx, ids)), log);
  const validator = warmValidator();
  const listener = createListener({
    validator,
    register: (router) => registerRoutes(router, deps, ready),
    methods: methodPaths(),
    authenticate: withExporter(
      withServiceKeys(
        createAuthenticate({
          operatorKey: config.operatorKey,
          signIn,
          sessions: deps.sessions,
          onUse: lastUsed.note,
          publicUrl: config.publicUrl,
        }),
        { reporterKey: config.reporterKey },
      ),
      { exporterKey: config.exporterKey, tokens: deps.exportTokens },
    ),
    pages: {
      ready,
      metrics,
      database,
      inbox: createWebhookInbox(database),
      signingKey: config.webhookSigningKey,
      linkSecret: config.linkSecret,
      console: config.consoleDirectory === undefined ? undefined : readConsoleFiles(config.consoleDirectory),
      nowMs,
    },
    shutdownSignal: shutdown.signal,
    log,
    metrics,
  });

  const { server, closeSessions, destroyAll } = createSplitServer(listener, log);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.port, config.host, resolve);
  });
  server.on("error", (error) => log.error({ err: error }, "the server failed"));
  const { port } = server.address() as AddressInfo;
  const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
  log.info({ url }, "listening");

  let closing: Promise<void> | undefined;
  async function close(graceMs: number): Promise<void> {
    stopping = true;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    shutdown.abort(
      fail(Code.Unavailable, {
        reason: "stopping",
        message: "This instance of the API is stopping.",
        hint: "Send the call again; another instance answers.",
      }),
    );
    closeSessions();
    // Connections whose last call has just ended are idle only now.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
    const impatience = setTimeout(destroyAll, graceMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(impatience);
    await lastUsed.stop();
  }
  return { url, close: (graceMs = defaultGraceMs) => (closing ??= close(graceMs)) };
}

/** One validator for the process, with the rules of every request compiled: the first use of each would cost a caller dearly. */
function warmValidator(): Validator {
  const validator = createValidator();
  for (const service of services) {
    for (const { input } of service.methods) validator.validate(input, create(input));
  }
  return validator;
}

function methodPaths(): ReadonlySet<string> {
  return new Set(
    services.flatMap((service) => service.methods.map((method) => `${service.typeName}/${method.name}`)),
  );
}
