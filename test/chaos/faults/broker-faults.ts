import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Nats } from "#dev/stack/nats.ts";
import { between } from "./fault.ts";
import type { FaultKind } from "./fault.ts";

const RESOURCE = "nats";
/** A cluster needs some seconds to elect its leaders; it gets them before the next fault of this kind. */
const REJOIN_MS = 8_000;
/** Less than the streams have reserved, so that the server stores nothing more. */
const NO_ROOM = "1MB";

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
  {
    kind: "one broker without room on its disk",
    promise: "The others go on without it.",
    cards: 1,
    make: (world, random) => {
      const one = random.below(world.nats.servers.length);
      const fullMs = between(random, 2_000, 6_000);
      return {
        resource: RESOURCE,
        about: `server ${one + 1} for ${fullMs} ms`,
        strike: () => withoutRoom([world.nats.servers[one] as Nats], fullMs),
      };
    },
  },
  {
    kind: "all brokers without room on their disks",
    promise: "Publications are refused and wait in rows; the API goes on; room brings all back.",
    cards: 1,
    make: (world, random) => {
      const fullMs = between(random, 2_000, 6_000);
      return {
        resource: RESOURCE,
        about: `for ${fullMs} ms`,
        strike: () => withoutRoom(world.nats.servers, fullMs),
      };
    },
  },
];

/**
 * A server's own limit of storage takes the part of the full disk, for a tiny file system takes rights that not everybody has. It can be
 * lowered only by a restart, as a disk that filled up is noticed; room comes back by a reload, as after an operator's clean-up.
 */
async function withoutRoom(servers: readonly Nats[], fullMs: number): Promise<void> {
  const before = servers.map((server) => setRoom(server, NO_ROOM));
  await restartAfter(servers, 0, false);
  await wait(fullMs);
  for (const [index, server] of servers.entries()) {
    setRoom(server, before[index] ?? "");
    if (server.pid !== undefined) process.kill(server.pid, "SIGHUP");
  }
  await wait(REJOIN_MS);
}

/** Writes the limit into the server's configuration, and answers the one that stood there. */
function setRoom({ storeDir }: Nats, room: string): string {
  const file = join(dirname(storeDir ?? ""), "nats.conf");
  const text = readFileSync(file, "utf8");
  const known = /max_file_store: (\S+)/.exec(text)?.[1];
  if (known === undefined) throw new Error(`${file} does not limit max_file_store, so it cannot be lowered`);
  writeFileSync(file, text.replace(`max_file_store: ${known}`, `max_file_store: ${room}`));
  return known;
}

async function restartAfter(servers: readonly Nats[], downMs: number, wiped: boolean): Promise<void> {
  await Promise.all(servers.map((server) => server.crash()));
  if (wiped) for (const server of servers) server.wipe();
  await wait(downMs);
  await Promise.all(servers.map((server) => server.restart()));
}
