import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { FaultRule } from "./faults.ts";
import { routeControl } from "./control-routes.ts";
import { json, readBody, send, type Exchange } from "./http.ts";
import { routeInbox } from "./inbox-routes.ts";
import { MAX_MESSAGE_BYTES } from "./send-message.ts";
import { statsOf, type SandboxStats } from "./stats.ts";
import { routeVendors } from "./vendor-routes.ts";
import { createWorld, type SandboxOptions, type World } from "./world.ts";

export type { SandboxOptions } from "./world.ts";
export type { SandboxStats } from "./stats.ts";

export type Sandbox = {
  url: string;
  port: number;
  stats(): SandboxStats;
  /** Replaces the fault plan; an empty list ends it. */
  setFaults(rules: readonly FaultRule[], seed?: number): void;
  /** Destroys every connection, and for a while every new one; 0 ends an outage. */
  outage(forMs: number): void;
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
  /** Stops listening, lets answers under way go out, and closes. */
  drain(): Promise<void>;
};

/** How long a drain waits for answers; hanging ones (a fault) never come. */
const DRAIN_MS = 2_000;

/** Starts the sandbox: Mailgun's HTTP API, Kickbox's verify, the control API and the inbox page, on one port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = createWorld(options);
  const sockets = new Set<Socket>();
  let outageUntilMs = 0;
  const outage = (forMs: number): void => {
    outageUntilMs = Date.now() + forMs;
    if (forMs > 0) for (const socket of sockets) socket.destroy();
  };
  const server = createServer((request, response) => void handle(world, request, response, outage));
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    if (Date.now() < outageUntilMs) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const { host = "127.0.0.1", port = 0 } = options;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  world.baseUrl = `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    world.delivery.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all([closed, world.webhooks.close()]);
  }

  async function drain(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([closed, new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_MS)))]);
    clearTimeout(timer);
    await close();
  }

  return {
    url: world.baseUrl,
    port: address.port,
    stats: () => statsOf(world),
    setFaults: (rules, seed = 1) => world.faults.replace(rules, seed),
    outage,
    close,
    drain,
  };
}

async function handle(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  outage: (forMs: number) => void,
): Promise<void> {
  try {
    const body = await readBody(request, MAX_MESSAGE_BYTES);
    if (body === null)
      return send(response, json(413, { message: "Request entity too large: a message has at most 25 MB" }));
    const url = new URL(request.url ?? "/", "http://sandbox.invalid");
    const exchange: Exchange = {
      request,
      response,
      method: request.method ?? "GET",
      url,
      path: url.pathname,
      body,
    };
    if (await routeVendors(world, exchange)) return;
    if (await routeControl(world, exchange, outage)) return;
    if (await routeInbox(world, exchange)) return;
    send(response, json(404, { message: `nothing is at ${url.pathname}` }));
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    // A fault of the sandbox itself must not pass for one on demand.
    send(
      response,
      json(599, { message: `the sandbox failed: ${error instanceof Error ? error.stack : String(error)}` }),
    );
  }
}
