import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { forget, guard } from "./guardian.ts";
import type { GuardedKind } from "./guardian.ts";
import { openProcessLog, prefixed } from "./process-log.ts";
import type { ProcessLog } from "./process-log.ts";

/** A cold start on a busy machine takes seconds; half a minute means that it will never come. */
const READY_TIMEOUT_MS = 30_000;
/** Longer than a worker's own drain, so that SIGKILL only meets what hangs. */
const STOP_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 25;

export type ProcessOptions = {
  name: string;
  command: string;
  args?: readonly string[];
  cwd?: string;
  /** Beside our own environment. A function sees the address of the run before, to listen there again. */
  env?: Env | ((lastAddress: string | undefined) => Env);
  user?: { uid: number; gid: number };
  /** Returns something, the address if there is one, for the line that says "ready". */
  readyLine?: (line: string) => string | undefined;
  /** Or: ready as soon as this URL answers 2xx. */
  readyUrl?: string;
  readyTimeoutMs?: number;
  stopSignal?: NodeJS.Signals;
  stopTimeoutMs?: number;
  guardedAs?: GuardedKind;
  logFile?: string;
  /** Pass every line through to our standard output, with the name before it. */
  echo?: boolean;
  /** Called at each end that nobody here asked for. */
  onUnexpectedExit?: (exit: Exit) => void;
};

export type Env = Record<string, string | undefined>;
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type ManagedProcess = {
  readonly name: string;
  /** Of the current run; a restart changes it. */
  readonly pid: number;
  readonly running: boolean;
  /** What `readyLine` returned for the current run. */
  readonly address: string | undefined;
  readonly logFile: string | undefined;
  tail: () => string;
  /** Asks, waits for a bounded time, then kills. Returns when it is gone; stopping twice is fine. */
  stop: () => Promise<void>;
  /** What a crash does: no warning, no clean-up. */
  kill9: () => Promise<void>;
  pause: () => void;
  resume: () => void;
  /** Starts it again after a stop or crash, or stops it first. Returns when it is ready. */
  restart: () => Promise<void>;
};

type Run = { child: ChildProcess; pid: number; exited: Promise<Exit>; ended: boolean };

/** Starts a process that cannot outlive us, and waits until it is ready. Throws with its last lines when it is not. */
export async function startProcess(options: ProcessOptions): Promise<ManagedProcess> {
  let waiting: ((line: string) => void) | undefined;
  const log = openProcessLog(options.logFile, (line) => {
    waiting?.(line);
    if (options.echo) process.stdout.write(`${prefixed(options.name, line)}\n`);
  });
  let run: Run | undefined;
  let address: string | undefined;
  let expected = false;

  const start = async () => {
    expected = false;
    const ready = Promise.withResolvers<string>();
    if (options.readyLine !== undefined) {
      waiting = (line) => {
        const found = options.readyLine?.(line);
        if (found !== undefined) ready.resolve(found);
      };
    } else if (options.readyUrl === undefined) ready.resolve("");
    const current = launch(options, address, log);
    run = current;
    try {
      address = await untilReady(options, current, ready.promise, log);
      waiting = undefined;
    } catch (error) {
      expected = true;
      await end(current, "SIGKILL", 0);
      throw error;
    }
    void current.exited.then((exit) => {
      if (!expected) options.onUnexpectedExit?.(exit);
    });
  };

  const stopWith = async (signal: NodeJS.Signals, timeoutMs: number) => {
    expected = true;
    if (run !== undefined) await end(run, signal, timeoutMs);
  };
  const stop = () => stopWith(options.stopSignal ?? "SIGTERM", options.stopTimeoutMs ?? STOP_TIMEOUT_MS);

  await start();
  return {
    name: options.name,
    get pid() {
      return run?.pid ?? 0;
    },
    get running() {
      return run !== undefined && !run.ended;
    },
    get address() {
      return address === "" ? undefined : address;
    },
    logFile: options.logFile,
    tail: log.tail,
    stop,
    kill9: () => stopWith("SIGKILL", 0),
    pause: () => signalRun(run, "SIGSTOP"),
    resume: () => signalRun(run, "SIGCONT"),
    restart: async () => {
      await stop();
      await start();
    },
  };
}

function launch(options: ProcessOptions, lastAddress: string | undefined, log: ProcessLog): Run {
  const env = typeof options.env === "function" ? options.env(lastAddress) : options.env;
  // The shell waits for a word from us before it becomes the command: by then the guardian knows the pid. Should we
  // die before, its input ends and it leaves. `exec` keeps the pid, `detached` makes it the leader of its group.
  const gate = 'read -r go && exec "$@" </dev/null';
  const child = spawn("sh", ["-c", gate, options.name, options.command, ...(options.args ?? [])], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    cwd: options.cwd,
    env: { ...process.env, ...env },
    ...options.user,
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  const pid = child.pid ?? 0;
  const run: Run = { child, pid, exited, ended: false };
  child.once("exit", () => {
    run.ended = true;
    // What it left behind in its group goes with it, and holds our pipes open no longer.
    killGroup(pid, "SIGKILL");
    forget(pid);
  });
  log.take(child.stdout);
  log.take(child.stderr);
  child.stdin.on("error", () => undefined);
  if (pid !== 0) guard(options.guardedAs ?? "group", pid);
  child.stdin.end("go\n");
  return run;
}

async function untilReady(
  options: ProcessOptions,
  run: Run,
  ready: Promise<string>,
  log: ProcessLog,
): Promise<string> {
  const timeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  const giveUp = new AbortController();
  const problem = (what: string) => {
    const where = options.logFile === undefined ? "" : `\nIts log: ${options.logFile}`;
    return new Error(`${options.name} ${what}. It said last:\n${log.tail() || "(nothing)"}${where}`);
  };
  const timer = setTimeout(() => giveUp.abort(), timeoutMs);
  try {
    return await Promise.race([
      options.readyUrl === undefined ? ready : answers(options.readyUrl, giveUp.signal),
      run.exited.then((exit) => {
        throw problem(`ended before it was ready (${exit.signal ?? `exit code ${exit.code}`})`);
      }),
      new Promise<never>((_, reject) => {
        giveUp.signal.addEventListener("abort", () => reject(problem(`was not ready after ${timeoutMs} ms`)));
      }),
    ]);
  } finally {
    clearTimeout(timer);
    giveUp.abort();
  }
}

/** Asks until it answers 2xx, or for ever: the caller's signal is the bound. */
async function answers(url: string, signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    const ok = await fetch(url, { signal }).then(
      async (response) => (await response.body?.cancel(), response.ok),
      () => false,
    );
    if (ok) return url;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  return new Promise(() => undefined);
}

async function end(run: Run, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (run.ended || run.pid === 0) return;
  // A command gets the signal alone and passes it on as it sees fit; one that is paused must wake to hear it.
  signalRun(run, signal);
  signalRun(run, "SIGCONT");
  if (signal === "SIGKILL") killGroup(run.pid, "SIGKILL");
  const timer = setTimeout(() => killGroup(run.pid, "SIGKILL"), Math.max(timeoutMs, 1));
  await run.exited;
  clearTimeout(timer);
}

function signalRun(run: Run | undefined, signal: NodeJS.Signals): void {
  if (run !== undefined && !run.ended) run.child.kill(signal);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
