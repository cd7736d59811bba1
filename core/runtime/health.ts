import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Whether a program can do its work now, and if not, why. */
export type Readiness = { ok: boolean; detail: string };

export type HealthServer = { url: string; close(): Promise<void> };

// A readiness check that hangs must not hang the probe; Kubernetes gives up after 1 s by default, so answer before.
const readinessLimitMs = 900;
// Probes and scrapes send no bodies; anything slower than this is no probe.
const requestTimeoutMs = 5_000;

/**
 * Serves /healthz (the process lives), /readyz (it can work) and /metrics. Port 0 lets the system choose; the address is
 * logged as `{"msg":"listening","url":…}`. It must never keep the process alive or end it.
 */
export async function startHealthServer(options: {
  port: number;
  host: string;
  ready: () => Promise<Readiness>;
  metrics: Metrics;
  log?: Logger;
}): Promise<HealthServer> {
  const { port, host, ready, metrics, log } = options;
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    answer(request.url ?? "/", ready, metrics).then(
      ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
      (error: unknown) => {
        log?.error({ err: error }, "health request failed");
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`;
  log?.info({ url }, "listening");
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, ready: () => Promise<Readiness>, metrics: Metrics) {
  const text = "text/plain; charset=utf-8";
  switch (path.split("?")[0]) {
    case "/healthz":
      return { status: 200, type: text, body: "ok\n" };
    case "/readyz": {
      const { ok, detail } = await withinLimit(ready);
      return { status: ok ? 200 : 503, type: text, body: `${detail}\n` };
    }
    case "/metrics":
      return { status: 200, type: metrics.contentType, body: await metrics.render() };
    default:
      return { status: 404, type: text, body: "Only /healthz, /readyz and /metrics are here.\n" };
  }
}

async function withinLimit(ready: () => Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(resolve, readinessLimitMs, {
      ok: false,
      detail: `readiness unknown after ${readinessLimitMs} ms`,
    });
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
