import { ConfigError } from "./config.ts";
import type { Logger } from "./log.ts";

// Kubernetes kills 30 s after SIGTERM; by then the log must say why the drain did not end.
const stopLimitMs = 25_000;

/** What `run` needs of the process; tests hand in another. */
export type ProcessLike = Pick<NodeJS.Process, "on" | "off" | "exit" | "stderr">;

/**
 * Runs one program: start, wait for SIGTERM or SIGINT, stop, exit 0. A second signal exits at once (128 + signal number).
 * A failed start or stop, a stop that takes longer than `stopLimitMs`, and an unhandled rejection or exception exit 1.
 * The signal given to `start` is aborted when a termination arrives while it still starts.
 */
export async function run<T>(program: {
  start: (signal: AbortSignal) => Promise<T>;
  stop: (running: T) => Promise<void>;
  log?: Logger;
  stopLimitMs?: number;
  process?: ProcessLike;
}): Promise<void> {
  const { start, stop, log, process: host = process } = program;
  const termination = new AbortController();
  const terminated = new Promise<void>((resolve) => {
    termination.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const onSignal = (signal: NodeJS.Signals, number: number) => {
    if (termination.signal.aborted) host.exit(128 + number);
    log?.info({ signal }, "stopping");
    termination.abort(new Error(`${signal} received`));
  };
  const onFatal = (error: unknown) => {
    complain(host, log, "a failure was handled by nobody", error);
    host.exit(1);
  };
  host.on("SIGTERM", onSignal);
  host.on("SIGINT", onSignal);
  host.on("unhandledRejection", onFatal);
  host.on("uncaughtException", onFatal);
  try {
    const running = await start(termination.signal);
    await terminated;
    await withLimit(stop(running), program.stopLimitMs ?? stopLimitMs);
    log?.info("stopped");
    host.exit(0);
  } catch (error) {
    if (termination.signal.aborted && error === termination.signal.reason) host.exit(0);
    complain(host, log, "the program failed", error);
    host.exit(1);
  } finally {
    host.off("SIGTERM", onSignal);
    host.off("SIGINT", onSignal);
    host.off("unhandledRejection", onFatal);
    host.off("uncaughtException", onFatal);
  }
}

async function withLimit(stopping: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`stopping took longer than ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([stopping, late]);
  } finally {
    clearTimeout(timer);
  }
}

// A configuration error is for a person at a terminal: its own words, no stack.
function complain(host: ProcessLike, log: Logger | undefined, what: string, error: unknown): void {
  if (error instanceof ConfigError) host.stderr.write(`${error.message}\n`);
  else if (log) log.fatal({ err: error }, what);
  else
    host.stderr.write(
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
}
