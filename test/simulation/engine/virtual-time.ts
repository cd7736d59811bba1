// The code under test sleeps, draws lots and makes time-outs by itself in a few places (retryForever, jitter, recordBatch). In this process
// those come from the history that runs: nothing waits for real time, and a seed decides everything. Only for processes that do nothing else.
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import type { EventLoop } from "./event-loop.ts";
import type { Chance } from "./chance.ts";

let current: { loop: EventLoop; chance: Chance } | undefined;
let installed = false;

/** The history whose time it is from now on. */
export function enterHistory(loop: EventLoop, chance: Chance): void {
  if (!installed) install();
  current = { loop, chance };
}

function install(): void {
  installed = true;
  const here = () => {
    if (current === undefined) throw new Error("No history runs: call enterHistory() first.");
    return current;
  };
  const sleep = <T>(delayMs = 0, value?: T) =>
    new Promise<T | undefined>((resolve) => {
      const { loop } = here();
      loop.after(delayMs, () => {
        loop.touch();
        resolve(value);
      });
    });
  Object.assign(timersPromises, { setTimeout: sleep });
  Object.assign(crypto, { randomFillSync: (buffer: Uint8Array) => buffer.fill(1) });
  syncBuiltinESMExports();
  installTimers(here);
  Math.random = () => here().chance.next();
  AbortSignal.timeout = (ms: number) => {
    const { loop } = here();
    const endMs = loop.nowMs + ms;
    return signalOf(() => loop.nowMs >= endMs);
  };
  AbortSignal.any = (signals) => signalOf(() => [...signals].some((signal) => signal.aborted));
}

function installTimers(here: () => { loop: EventLoop }): void {
  const live = new Set<number>();
  let last = 0;
  const start = (work: () => void, delayMs = 0) => {
    const { loop } = here();
    const id = ++last;
    live.add(id);
    loop.after(delayMs, () => {
      if (!live.delete(id)) return;
      loop.touch();
      work();
    });
    return id;
  };
  const stop = (id: number) => void live.delete(id);
  Object.assign(globalThis, { setTimeout: start, clearTimeout: stop });
}

/** A signal that is asked instead of telling: all that the code under test does with it. */
export function signalOf(isAborted: () => boolean): AbortSignal {
  return {
    get aborted() {
      return isAborted();
    },
    throwIfAborted() {
      if (isAborted()) throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    },
  } as AbortSignal;
}

/** Is never aborted. */
export const noSignal = signalOf(() => false);
