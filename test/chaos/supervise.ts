import { setTimeout as wait } from "node:timers/promises";
import type { Exit, ManagedProcess } from "#dev/stack/process.ts";
import type { ServiceName } from "#dev/stack/services.ts";

/** As a container runtime waits before it starts a program again. */
const RESTART_DELAY_MS = 500;
/** A program that cannot start for so long is broken, not unlucky. */
const RESTART_TRIES_MAX = 60;

/** A service that comes back, whoever ended it: itself or a fault. */
export type Supervised = {
  readonly service: ServiceName;
  readonly name: string;
  readonly process: ManagedProcess;
  /** How often it ended by itself, by exit code or signal. */
  readonly exits: readonly string[];
  /** kill −9, and back after a while. */
  kill: (downMs: number) => Promise<void>;
  /** SIGTERM, and back when it has drained. */
  roll: () => Promise<void>;
  /** SIGSTOP for a while. */
  freeze: (forMs: number) => Promise<void>;
  /** Stops it for good. */
  retire: () => Promise<void>;
  /** Waits until it runs. */
  up: () => Promise<void>;
};

/** Starts a service and keeps it alive until it is retired. */
export async function supervise(
  service: ServiceName,
  start: (onUnexpectedExit: (name: string, exit: Exit) => void) => Promise<ManagedProcess>,
  onLife: (what: string) => void,
): Promise<Supervised> {
  const exits: string[] = [];
  let retired = false;
  let reviving: Promise<void> | undefined;
  const process = await start((name, { code, signal }) => {
    exits.push(signal ?? `exit code ${code}`);
    onLife(`${name} ended by itself (${signal ?? `exit code ${code}`})`);
    void revive(RESTART_DELAY_MS);
  });
  const revive = (afterMs: number): Promise<void> =>
    (reviving ??= bringBack(afterMs).finally(() => (reviving = undefined)));
  async function bringBack(afterMs: number): Promise<void> {
    await wait(afterMs);
    for (let tries = 1; !retired && !process.running; tries++) {
      try {
        await process.restart();
      } catch (error) {
        if (tries === RESTART_TRIES_MAX) throw error;
        onLife(`${process.name} does not start yet (try ${tries})`);
        await wait(RESTART_DELAY_MS);
      }
    }
  }
  return {
    service,
    name: process.name,
    process,
    exits,
    kill: async (downMs) => {
      await process.kill9();
      await revive(downMs);
    },
    roll: async () => {
      await process.stop();
      await revive(0);
    },
    freeze: async (forMs) => {
      process.pause();
      await wait(forMs);
      process.resume();
    },
    retire: async () => {
      retired = true;
      await reviving?.catch(() => undefined);
      await process.stop();
    },
    up: () => revive(0),
  };
}
