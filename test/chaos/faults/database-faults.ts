import { setTimeout as wait } from "node:timers/promises";
import type { Postgres } from "#dev/stack/postgres.ts";
import { between } from "./fault.ts";
import type { FaultKind } from "./fault.ts";

/** Sessions that died by kill -9 take a moment to give their memory back, and the server refuses to start before. */
const RESTART_TRIES_MAX = 20;
const RESTART_PAUSE_MS = 500;

export const databaseFaults: FaultKind[] = [
  {
    kind: "PostgreSQL killed (kill -9)",
    promise: "What was committed is there after recovery; everything waits, nothing fails.",
    cards: 1,
    make: (world, random) => {
      const downMs = between(random, 100, 2_500);
      return {
        resource: "postgres",
        about: `back after ${downMs} ms`,
        strike: async () => {
          await world.postgres.crash();
          await wait(downMs);
          await bringBack(world.postgres);
        },
      };
    },
  },
  {
    kind: "PostgreSQL restarted (fast shutdown)",
    promise: "Sessions are cut, answers of the provider are kept until they can be written.",
    cards: 1,
    make: (world) => ({
      resource: "postgres",
      about: "at once",
      strike: async () => {
        await world.postgres.shutDown();
        await bringBack(world.postgres);
      },
    }),
  },
];

async function bringBack(postgres: Postgres): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await postgres.restart();
    } catch (error) {
      if (tries === RESTART_TRIES_MAX) throw error;
      await wait(RESTART_PAUSE_MS);
    }
  }
}
