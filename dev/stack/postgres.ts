import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { findPostgresBinaries } from "./postgres-binaries.ts";
import { createCluster, DATABASE, SUPERUSER } from "./postgres-template.ts";
import { freePort } from "./ports.ts";
import { startProcess } from "./process.ts";
import type { ManagedProcess } from "./process.ts";
import { makeRunDirectory } from "./run-directory.ts";

/** Another process may take a free port before we do. */
const PORT_TRIES_MAX = 5;

/**
 * Production's durability (fsync stays on), a laptop's size. Enough connections for services and tests at once. Buffers for a large blast's rows
 * between the freeze and the record; they take memory only as they fill. Checkpoints come by time and not by the size of one blast.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "1GB",
  max_connections: "200",
  max_wal_size: "4GB",
  checkpoint_timeout: "15min",
  log_checkpoints: "off",
};

export type PostgresOptions = {
  /** postgresql.conf settings, over the defaults above. */
  settings?: Record<string, string>;
  port?: number;
  logFile?: string;
};

export type Postgres = {
  /** Of the empty database `fanfare`, as superuser. */
  url: string;
  /** Absent when the server is someone else's (DATABASE_URL). */
  readonly pid: number | undefined;
  dataDirectory: string | undefined;
  /** Stops it and removes its data. The other functions keep the data. */
  stop: () => Promise<void>;
  /** Ends it in an orderly way, as an operator would. */
  shutDown: () => Promise<void>;
  /** kill −9 of the server and all its sessions. */
  crash: () => Promise<void>;
  /** Starts it on the same port and data. */
  restart: () => Promise<void>;
};

/** Starts a PostgreSQL of our own, or uses the one that DATABASE_URL names and leaves its life to its owner. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL) return foreignPostgres(DATABASE_URL);

  const binaries = await findPostgresBinaries();
  const directory = makeRunDirectory("postgres");
  const data = join(directory.path, "data");
  try {
    const password = await createCluster(binaries, data);
    const settings = Object.entries({ ...SETTINGS, ...options.settings });
    const launch = (port: number) =>
      startProcess({
        name: "postgres",
        command: binaries.postgres,
        args: ["-D", data, "-p", `${port}`, ...settings.flatMap(([key, value]) => ["-c", `${key}=${value}`])],
        cwd: directory.path,
        ...(binaries.user && { user: binaries.user }),
        ...(options.logFile !== undefined && { logFile: options.logFile }),
        readyLine: (line) =>
          line.includes("database system is ready to accept connections") ? "" : undefined,
        // SIGINT is PostgreSQL's "fast" shutdown: sessions are ended, nothing is lost. SIGTERM would wait for them.
        stopSignal: "SIGINT",
        guardedAs: "postgres",
      });
    const { server, port } = await onFreePort(options.port, launch);
    return ownPostgres(
      server,
      data,
      directory.remove,
      `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`,
    );
  } catch (error) {
    directory.remove();
    throw error;
  }
}

async function onFreePort(preferred: number | undefined, launch: (port: number) => Promise<ManagedProcess>) {
  for (let tries = 1; ; tries++) {
    const port = await freePort(preferred);
    try {
      return { server: await launch(port), port };
    } catch (error) {
      const taken = error instanceof Error && error.message.includes("could not bind");
      if (!taken || tries === PORT_TRIES_MAX) throw error;
    }
  }
}

function ownPostgres(
  server: ManagedProcess,
  dataDirectory: string,
  remove: () => void,
  url: string,
): Postgres {
  return {
    url,
    dataDirectory,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      remove();
    },
    shutDown: server.stop,
    crash: async () => {
      // Its children are in sessions of their own, so no group kill reaches them. Postmaster first: it starts no more.
      const sessions = childrenOf(server.pid);
      const gone = server.kill9();
      for (const pid of sessions) killNow(pid);
      await gone;
    },
    restart: server.restart,
  };
}

function foreignPostgres(url: string): Postgres {
  const refuse = async () => {
    throw new Error(
      "PostgreSQL is not ours to stop: DATABASE_URL names it. Unset it to have one of our own.",
    );
  };
  const leave = async () => undefined;
  return {
    url,
    pid: undefined,
    dataDirectory: undefined,
    stop: leave,
    shutDown: refuse,
    crash: refuse,
    restart: refuse,
  };
}

function childrenOf(parent: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  return rows.flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []));
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself when it saw its postmaster gone.
  }
}
