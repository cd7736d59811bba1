import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "#test/support/random.ts";
import { SERVICE_NAMES } from "#dev/stack/services.ts";
import type { ToxicProxy } from "../proxy/toxic-proxy.ts";
import type { Toxic } from "../proxy/toxics.ts";
import type { World } from "../world.ts";
import { between } from "./fault.ts";
import type { FaultKind } from "./fault.ts";

/** What is at the other end of a way. */
type End = "postgres" | "nats" | "sandbox";
const ENDS: readonly End[] = ["postgres", "nats", "sandbox"];
const CALLED: Record<End, string> = { postgres: "PostgreSQL", nats: "NATS", sandbox: "the provider" };

const SHORTEST_MS = 1_500;
const LONGEST_MS = 5_000;

type Poison = { what: string; cards: number; make: (random: Random) => Toxic | "reset now" | "refused" };

const POISONS: readonly Poison[] = [
  { what: "slow (latency and jitter)", cards: 2, make: (random) => ({ kind: "latency", latencyMs: 50 + random.below(400), jitterMs: random.below(150) }) },
  { what: "narrow (bandwidth)", cards: 1, make: (random) => ({ kind: "bandwidth", bytesPerSecond: 20_000 + random.below(200_000) }) },
  { what: "closed late", cards: 2, make: (random) => ({ kind: "slow-close", delayMs: 200 + random.below(1_500) }) },
  { what: "reset half-way", cards: 3, make: (random) => ({ kind: "reset-after", bytes: random.below(60_000) }) },
  { what: "ended half-way", cards: 1, make: (random) => ({ kind: "limit-data", bytes: random.below(60_000) }) },
  { what: "a black hole", cards: 1, make: () => ({ kind: "black-hole" }) },
  { what: "cut (reset now)", cards: 3, make: () => "reset now" },
  { what: "refused", cards: 2, make: () => "refused" },
]; // prettier-ignore

export const networkFaults: FaultKind[] = ENDS.flatMap((end) =>
  POISONS.map(({ what, cards, make }) => ({
    kind: `connections to ${CALLED[end]} ${what}`,
    promise:
      end === "sandbox"
        ? "A lost answer is a send in doubt, never a second send."
        : "Everything waits or repeats; every effect is a compare-and-set.",
    cards,
    make: (world, random) => {
      const proxies = pickProxies(world, random, end);
      const poison = make(random);
      const forMs = between(random, SHORTEST_MS, LONGEST_MS);
      const names = proxies.map(({ name }) => name).join(", ");
      if (poison === "reset now") return { resource: names, about: names, strike: async () => cut(proxies) };
      if (poison === "refused") {
        return {
          resource: names,
          about: `${names} for ${forMs} ms`,
          strike: async () => {
            await Promise.all(proxies.map((proxy) => proxy.down()));
            await wait(forMs);
            await Promise.all(proxies.map((proxy) => proxy.up()));
          },
        };
      }
      return {
        resource: names,
        about: `${names} for ${forMs} ms: ${JSON.stringify(poison)}`,
        strike: async () => {
          for (const proxy of proxies) proxy.poison(poison);
          await wait(forMs);
          for (const proxy of proxies) proxy.poison(undefined);
        },
      };
    },
  })),
);

function cut(proxies: readonly ToxicProxy[]): void {
  for (const proxy of proxies) proxy.resetNow();
}

/** The ways of one service; for the broker all three, so that there is no way round. */
function pickProxies(world: World, random: Random, end: End): ToxicProxy[] {
  const named = end === "sandbox" ? (["customerSender", "scheduler"] as const) : SERVICE_NAMES;
  const ways = world.ways[random.pick(named)];
  return end === "nats" ? ways.nats : [ways[end]];
}
