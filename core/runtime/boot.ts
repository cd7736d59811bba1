import { hostname } from "node:os";
import type { NatsConnection } from "@nats-io/transport-node";
import { startHealthServer, type HealthServer, type Readiness } from "./health.ts";
import type { Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { GiveWay } from "./right-of-way.ts";
import type { Ticker } from "./ticker.ts";
import { startWorker, type RunningWorker, type Worker } from "./worker.ts";

// Kubernetes grants 30 s between SIGTERM and the kill; a batch is over long before.
const drainLimitMs = 20_000;

/** The parts of a worker program that are the same in each: workers, timers, health, drain. */
export type WorkerProgram = {
  service: string;
  connection: NatsConnection;
  log: Logger;
  host: string;
  healthPort: number;
  /** Started with the broker's `ensureTopology`. */
  workers: readonly Worker[];
  tickers: readonly Ticker[];
  metrics?: Metrics;
  ensureTopology: () => Promise<void>;
  /** Waited for before each large piece of a worker's (right-of-way.ts). */
  giveWay?: GiveWay;
  /** Throws when the database does not answer. */
  pingDatabase: () => Promise<void>;
  closeDatabase: () => Promise<void>;
};

export type RunningProgram = { health: HealthServer; stop(): Promise<void> };

/** Name of this instance in headers, leases and dead letters. */
export function instanceName(service: string): string {
  return `${service}@${hostname()}:${process.pid}`;
}

/** Starts workers and the health server; `stop` drains: first the timers and workers, then the connections. */
export async function startProgram(program: WorkerProgram): Promise<RunningProgram> {
  const { service, connection, log, metrics = createMetrics({ process: true }) } = program;
  const running: RunningWorker[] = [];
  for (const worker of program.workers) {
    running.push(
      await startWorker(worker, {
        connection,
        log,
        metrics,
        name: instanceName(service),
        ensureTopology: program.ensureTopology,
        ...(program.giveWay ? { giveWay: program.giveWay } : {}),
      }),
    );
  }
  const ready = async (): Promise<Readiness> => {
    await program.pingDatabase();
    return running.map((worker) => worker.ready()).find(({ ok }) => !ok) ?? { ok: true, detail: "ready" };
  };
  const health = await startHealthServer({
    port: program.healthPort,
    host: program.host,
    ready,
    metrics,
    log,
  });
  return {
    health,
    async stop() {
      await Promise.all(program.tickers.map((ticker) => ticker.stop()));
      await Promise.all(running.map((worker) => worker.drain(drainLimitMs)));
      await health.close();
      await program.closeDatabase();
      await connection.close();
    },
  };
}
