import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./ports.ts";
import { startProcess } from "./process.ts";
import type { Env, ManagedProcess } from "./process.ts";
import { makeRunDirectory } from "./run-directory.ts";
import { PROJECT_DIRECTORY } from "./user-cache.ts";

const run = promisify(execFile);

/** Another process may take a free port before we do. */
const PORT_TRIES_MAX = 5;
/** A cold cache builds the server, which takes a minute; ten mean that the network hangs. */
const FETCH_TIMEOUT_MS = 600_000;
/**
 * As deploy/compose.yaml has it. A server that moves thousands of small messages a second keeps little and throws much away: with Go's own
 * setting every tenth of its CPU looks for what is still in use. The limit is a soft one, far above what it ever keeps.
 */
export const SERVER_ENV = { GOGC: "400", GOMEMLIMIT: "512MiB" };

export type NatsOptions = {
  port?: number;
  logFile?: string;
  /** How often JetStream syncs to disk: "2m" is the server's own default, "always" is production's. */
  syncInterval?: string;
  /** Accounts and users, as configuration, and the variables that it reads. Without them everybody may do everything. */
  users?: { config: string; env: Env };
};

export type Nats = {
  url: string;
  /** The server's HTTP pages (/varz, /jsz, …). Absent when the server is someone else's. */
  monitorUrl: string | undefined;
  readonly pid: number | undefined;
  storeDir: string | undefined;
  /** Stops it and removes its store. The other functions keep the store. */
  stop: () => Promise<void>;
  shutDown: () => Promise<void>;
  /** kill −9. */
  crash: () => Promise<void>;
  pause: () => void;
  resume: () => void;
  /** Starts it on the same ports and store. */
  restart: () => Promise<void>;
  /** Loses every stream, as a broken disk would. Only while it is down. */
  wipe: () => void;
};

/** Starts a NATS server with JetStream on files, or uses the one that NATS_URL names and leaves its life to its owner. */
export async function startNats(options: NatsOptions = {}): Promise<Nats> {
  const { NATS_URL } = process.env;
  if (NATS_URL) return foreignNats(NATS_URL);

  const command = await findNatsServer();
  const directory = makeRunDirectory("nats");
  const storeDir = join(directory.path, "jetstream");
  try {
    for (let tries = 1; ; tries++) {
      const port = await freePort(options.port);
      const monitorPort = await freePort();
      const config = join(directory.path, "nats.conf");
      writeFileSync(
        config,
        configText(port, monitorPort, storeDir, options.syncInterval ?? "2m") + (options.users?.config ?? ""),
      );
      try {
        const server = await startProcess({
          name: "nats-server",
          command,
          args: ["-c", config],
          cwd: directory.path,
          env: { ...SERVER_ENV, ...options.users?.env },
          ...(options.logFile !== undefined && { logFile: options.logFile }),
          readyLine: (line) => (line.includes("Server is ready") ? "" : undefined),
        });
        return ownNats(server, storeDir, directory.remove, port, monitorPort);
      } catch (error) {
        const taken = error instanceof Error && error.message.includes("address already in use");
        if (!taken || tries === PORT_TRIES_MAX) throw error;
      }
    }
  } catch (error) {
    directory.remove();
    throw error;
  }
}

/** The path of a nats-server that is new enough: from PATH, the cache, or the network (dev/bootstrap/tool). */
export async function findNatsServer(): Promise<string> {
  const tool = join(PROJECT_DIRECTORY, "dev", "bootstrap", "tool");
  const fetching = run(tool, ["nats-server"], { timeout: FETCH_TIMEOUT_MS });
  // It says there what it fetches, and why that takes a minute.
  fetching.child.stderr?.pipe(process.stderr, { end: false });
  try {
    return (await fetching).stdout.trim();
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim();
    throw new Error(said || "dev/bootstrap/tool nats-server failed", { cause });
  }
}

/** A server's configuration; `cluster` is its cluster block, if it has one. */
export function configText(
  port: number,
  monitorPort: number,
  storeDir: string,
  syncInterval: string,
  name = "fanfare-dev",
  cluster = "",
): string {
  return `
server_name: ${name}
listen: 127.0.0.1:${port}
http: 127.0.0.1:${monitorPort}
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  max_memory_store: 256MB
  max_file_store: 10GB
  sync_interval: ${syncInterval}
}
${cluster}`;
}

/** What may be done to a server that we started. */
export function ownNats(
  server: ManagedProcess,
  storeDir: string,
  remove: () => void,
  port: number,
  monitorPort: number,
): Nats {
  return {
    url: `nats://127.0.0.1:${port}`,
    monitorUrl: `http://127.0.0.1:${monitorPort}`,
    storeDir,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      remove();
    },
    shutDown: server.stop,
    crash: server.kill9,
    pause: server.pause,
    resume: server.resume,
    restart: server.restart,
    wipe: () => {
      if (server.running)
        throw new Error("wipe() pulls the disk away from a running nats-server: crash() or shutDown() first");
      rmSync(storeDir, { recursive: true, force: true });
    },
  };
}

function foreignNats(url: string): Nats {
  const refuse = (): never => {
    throw new Error(
      "The NATS server is not ours to stop: NATS_URL names it. Unset it to have one of our own.",
    );
  };
  const later = async () => refuse();
  const refusals = {
    shutDown: later,
    crash: later,
    restart: later,
    pause: refuse,
    resume: refuse,
    wipe: refuse,
  };
  return {
    url,
    monitorUrl: undefined,
    pid: undefined,
    storeDir: undefined,
    stop: async () => undefined,
    ...refusals,
  };
}
