import { setTimeout as wait } from "node:timers/promises";
import type { Nats } from "#dev/stack/nats.ts";
import { between } from "./fault.ts";
import type { FaultKind } from "./fault.ts";

const RESOURCE = "nats";
/** A cluster needs some seconds to elect its leaders; it gets them before the next fault of this kind. */
const REJOIN_MS = 8_000;

export const brokerFaults: FaultKind[] = [
  {
    kind: "broker's leader killed (kill -9)",
    promise: "Another copy takes over; publishers try again with the same ids.",
    cards: 1,
    make: (world, random) => {
      const downMs = between(random, 500, 2_500);
      return {
        resource: RESOURCE,
        about: `back after ${downMs} ms`,
        strike: async () => {
          const leader = (await world.nats.leader()) ?? random.pick(world.nats.servers);
          await leader.crash();
          await wait(downMs);
          await leader.restart();
          await wait(REJOIN_MS);
        },
      };
    },
  },
  {
    kind: "one broker's store wiped",
    promise: "It copies its streams from the others.",
    cards: 1,
    make: (world, random) => {
      const one = random.below(world.nats.servers.length);
      return {
        resource: RESOURCE,
        about: `server ${one + 1}`,
        strike: async () => {
          await restartAfter([world.nats.servers[one] as Nats], 300, true);
          await wait(REJOIN_MS);
        },
      };
    },
  },
  {
    kind: "all brokers killed (kill -9)",
    promise: "What they forgot is published again from rows.",
    cards: 1,
    make: (world, random) => {
      const downMs = between(random, 500, 3_000);
      return {
        resource: RESOURCE,
        about: `back after ${downMs} ms`,
        strike: async () => {
          await restartAfter(world.nats.servers, downMs, false);
          await world.nats.formed();
          await wait(REJOIN_MS);
        },
      };
    },
  },
  {
    kind: "all brokers' stores wiped",
    promise: "The queues are rebuilt from rows; it costs seconds, not customers.",
    cards: 1,
    make: (world, random) => {
      const downMs = between(random, 300, 1_500);
      return {
        resource: RESOURCE,
        about: `back, empty, after ${downMs} ms`,
        strike: async () => {
          await restartAfter(world.nats.servers, downMs, true);
          await world.nats.formed();
          await wait(REJOIN_MS);
        },
      };
    },
  },
];

async function restartAfter(servers: readonly Nats[], downMs: number, wiped: boolean): Promise<void> {
  await Promise.all(servers.map((server) => server.crash()));
  if (wiped) for (const server of servers) server.wipe();
  await wait(downMs);
  await Promise.all(servers.map((server) => server.restart()));
}
