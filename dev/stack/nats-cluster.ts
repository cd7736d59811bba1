import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { configText, findNatsServer, ownNats } from "./nats.ts";
import type { Nats } from "./nats.ts";
import { freePort } from "./ports.ts";
import { startProcess } from "./process.ts";
import { makeRunDirectory } from "./run-directory.ts";

/** A cluster elects its leader within seconds; after a minute something is wrong. */
const FORMED_TIMEOUT_MS = 60_000;
/** Three fresh servers find each other within two seconds; one that is missing never comes. */
const FIRST_FORMED_TIMEOUT_MS = 15_000;
/** Another process may take a free port before we do. */
const PORT_TRIES_MAX = 5;
const POLL_INTERVAL_MS = 100;

export type NatsClusterOptions = {
  /** Servers; 3 unless said otherwise. */
  size?: number;
  /** One log a server is written here. */
  logDirectory?: string;
  syncInterval?: string;
};

/** Servers that keep their streams together. Each can be broken alone. */
export type NatsCluster = {
  servers: readonly Nats[];
  /** Waits until JetStream has a leader. Throws when it has none in time. */
  formed: (timeoutMs?: number) => Promise<void>;
  /** The server that leads JetStream; undefined while they elect. */
  leader: () => Promise<Nats | undefined>;
  /** Stops all and removes their stores. */
  stop: () => Promise<void>;
};

type Ports = { client: number; monitor: number; route: number };

/**
 * Starts NATS servers as one JetStream cluster on this machine. They do not tell clients of each other, so that a client that
 * was given the addresses of proxies stays with these.
 */
export async function startNatsCluster(options: NatsClusterOptions = {}): Promise<NatsCluster> {
  const command = await findNatsServer();
  for (let tries = 1; ; tries++) {
    try {
      return await startOnFreePorts(command, options);
    } catch (error) {
      // A server whose port was taken ends, and the others wait for it in vain.
      if (tries === PORT_TRIES_MAX) throw error;
    }
  }
}

async function startOnFreePorts(command: string, options: NatsClusterOptions): Promise<NatsCluster> {
  const ports = await freePorts(options.size ?? 3);
  const starting = ports.map((_, index) => startServer(command, ports, index, options));
  const started = await Promise.allSettled(starting);
  const servers = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  const leader = async () => {
    const name = await leaderName(servers);
    return servers.find((_, index) => name === serverName(index));
  };
  const formed = async (timeoutMs = FORMED_TIMEOUT_MS) => {
    const giveUpAtMs = Date.now() + timeoutMs;
    while ((await leader()) === undefined) {
      if (Date.now() > giveUpAtMs) throw new Error(`the NATS cluster had no leader for ${timeoutMs} ms`);
      await wait(POLL_INTERVAL_MS);
    }
  };
  try {
    await Promise.all(starting);
    await formed(FIRST_FORMED_TIMEOUT_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return { servers, formed, leader, stop };
}

/** Distinct by set: a port that was free and let go may be given out again. */
async function freePorts(servers: number): Promise<Ports[]> {
  const found = new Set<number>();
  while (found.size < servers * 3) found.add(await freePort());
  const all = [...found];
  return Array.from({ length: servers }, (_, index) => {
    const [client = 0, monitor = 0, route = 0] = all.slice(index * 3);
    return { client, monitor, route };
  });
}

const serverName = (index: number): string => `fanfare-dev-${index + 1}`;

async function startServer(
  command: string,
  ports: readonly Ports[],
  index: number,
  { logDirectory, syncInterval = "2m" }: NatsClusterOptions,
): Promise<Nats> {
  const directory = makeRunDirectory("nats");
  const storeDir = join(directory.path, "jetstream");
  const config = join(directory.path, "nats.conf");
  const { client, monitor, route } = ports[index] as Ports;
  const routes = ports.map((each) => `nats://127.0.0.1:${each.route}`).join(", ");
  const cluster = `
cluster {
  name: fanfare
  listen: 127.0.0.1:${route}
  routes: [${routes}]
  no_advertise: true
}
`;
  const name = serverName(index);
  writeFileSync(config, configText(client, monitor, storeDir, syncInterval, name, cluster));
  try {
    const server = await startProcess({
      name,
      command,
      args: ["-c", config],
      cwd: directory.path,
      ...(logDirectory !== undefined && { logFile: join(logDirectory, `${name}.log`) }),
      readyLine: (line) => (line.includes("Server is ready") ? "" : undefined),
    });
    return ownNats(server, storeDir, directory.remove, client, monitor);
  } catch (error) {
    directory.remove();
    throw error;
  }
}

/** Any server that is up knows who leads. */
async function leaderName(servers: readonly Nats[]): Promise<string | undefined> {
  for (const { monitorUrl, pid } of servers) {
    if (monitorUrl === undefined || pid === undefined) continue;
    const page = await fetch(`${monitorUrl}/jsz`, { signal: AbortSignal.timeout(1_000) }).then(
      (answer) => answer.json() as Promise<{ meta_cluster?: { leader?: string } }>,
      () => undefined,
    );
    const leader = page?.meta_cluster?.leader;
    if (leader) return leader;
  }
  return undefined;
}
