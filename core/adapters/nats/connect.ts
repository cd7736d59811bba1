import type { ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { connect } from "@nats-io/transport-node";
import type { Logger } from "#core/runtime/log.ts";
import { retryForever } from "#core/runtime/retry.ts";

/** The oldest server that the house runs on: atomic batches, consumer pause and the fixes since. */
export const minServerVersion = "2.14.7";

// A first try that hangs longer is a host that drops packets.
const connectTimeoutMs = 5_000;
const reconnectWaitMs = 250;
// Spread over a second, so that a restarted broker is not met by every worker at once.
const reconnectJitterMs = 1_000;
// A broker that vanished without a word is noticed after three of these.
const pingIntervalMs = 10_000;
const maxPingOut = 2;

/** The broker answers but will not do. Trying again does not help. */
export class NatsUnfitError extends Error {
  override readonly name = "NatsUnfitError";
}

/**
 * Connects to NATS. `url` may name several servers, separated by commas, and may carry user:password. Waits for a broker that is away,
 * with a warning for each try, until `signal` is aborted; with `once` it throws after the first try instead. Once connected it
 * reconnects for ever. Throws NatsUnfitError when the server is too old or has no JetStream.
 */
export async function connectNats(o: {
  url: string;
  name: string;
  log: Logger;
  signal?: AbortSignal;
  once?: boolean;
}): Promise<NatsConnection> {
  const { url, name, log, signal, once = false } = o;
  const options = connectionOptions(url, name);
  const servers = String(options.servers);
  const tryOnce = async () => {
    try {
      return await connect(options);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `No NATS server answers at ${servers} (${why}). Is it running, and is NATS_URL right?`,
        { cause: error },
      );
    }
  };
  const connection = once
    ? await tryOnce()
    : await retryForever(tryOnce, {
        ...(signal ? { signal } : {}),
        onFailure: (error, attempt, delayMs) =>
          log.warn(
            { attempt, delayMs, detail: error instanceof Error ? error.message : String(error) },
            "cannot connect to NATS",
          ),
      });
  try {
    refuseUnfit(connection, servers);
  } catch (error) {
    await connection.close();
    throw error;
  }
  void logStatus(connection, log);
  return connection;
}

/** Compares versions like 2.14.7; what follows a hyphen (2.15.0-RC.1) does not count. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => (text.split("-")[0] ?? "").split(".").map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function connectionOptions(url: string, name: string): ConnectionOptions {
  const urls = url.split(",").map((part) => parse(part.trim()));
  const credentials = urls.find(({ username }) => username !== "");
  return {
    servers: urls.map(({ host }) => host),
    name,
    ...(credentials && {
      user: decodeURIComponent(credentials.username),
      pass: decodeURIComponent(credentials.password),
      ...inboxOf(decodeURIComponent(credentials.username)),
    }),
    ...(urls.some(({ protocol }) => protocol === "tls:") && { tls: {} }),
    timeout: connectTimeoutMs,
    maxReconnectAttempts: -1,
    // Credentials are rotated while we run; a refusal is no reason to give up either.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: reconnectWaitMs,
    reconnectJitter: reconnectJitterMs,
    reconnectJitterTLS: reconnectJitterMs,
    pingInterval: pingIntervalMs,
    maxPingOut,
    // Stack traces of publishers nearly double the CPU of publishing.
    noAsyncTraces: true,
  };
}

/** Answers come to an inbox of the user's own, which is the only one that its rights name (deploy/nats/users.conf). */
function inboxOf(user: string): { inboxPrefix?: string } {
  // A name that cannot stand in a subject is of somebody else's making; such a broker allows the usual inbox.
  return /^[\w-]+$/.test(user) ? { inboxPrefix: `_INBOX.${user}` } : {};
}

function parse(text: string): URL {
  try {
    return new URL(text.includes("://") ? text : `nats://${text}`);
  } catch {
    throw new NatsUnfitError(`The NATS URL cannot be read. Expected something like nats://127.0.0.1:4222.`);
  }
}

function refuseUnfit(connection: NatsConnection, servers: string): void {
  const { version, jetstream } = connection.info ?? {};
  if (version === undefined || isOlder(version, minServerVersion)) {
    throw new NatsUnfitError(
      `The NATS server at ${servers} is ${version}; Fanfare needs ${minServerVersion} or newer. Upgrade it, or let NATS_URL name another.`,
    );
  }
  if (jetstream !== true) {
    throw new NatsUnfitError(
      `The NATS server at ${servers} runs without JetStream. Start it with -js, or enable jetstream in its configuration.`,
    );
  }
}

async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === "disconnect") log.warn("disconnected from NATS");
    else if (status.type === "reconnect") log.info({ server: status.server }, "reconnected to NATS");
    else if (status.type === "error") log.warn({ detail: status.error.message }, "NATS reported an error");
  }
}
