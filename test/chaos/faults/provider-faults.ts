import { setTimeout as wait } from "node:timers/promises";
import { steer } from "../sandbox-client.ts";
import { between } from "./fault.ts";
import type { FaultKind } from "./fault.ts";

const RESOURCE = "provider";
const SENDS = { path: "/messages" };

type Rule = { kind: string; probability: number; latencyMs?: number; retryAfterSeconds?: number };
type Plan = { what: string; promise: string; cards: number; rules: Rule[]; everything?: boolean };

const AFTER = "It is found in the provider's log, or a webhook names it: accepted, once.";
const BEFORE =
  "It is absent from the provider's log after the horizon: held, and said so; never sent blindly again.";
const REFUSED = "Nothing was accepted, so it is sent again, later and with jitter.";

const PLANS: readonly Plan[] = [
  { what: "accepts, then resets", promise: AFTER, cards: 3, rules: [{ kind: "reset-after", probability: 0.5 }] },
  { what: "accepts, then 500", promise: AFTER, cards: 3, rules: [{ kind: "500-after", probability: 0.5 }] },
  { what: "accepts, then hangs", promise: AFTER, cards: 1, rules: [{ kind: "hang-after", probability: 0.4 }] },
  { what: "answers 500 and accepts nothing", promise: BEFORE, cards: 2, rules: [{ kind: "500-before", probability: 0.15 }] },
  { what: "resets and accepts nothing", promise: BEFORE, cards: 1, rules: [{ kind: "reset-before", probability: 0.15 }] },
  { what: "hangs and accepts nothing", promise: BEFORE, cards: 1, rules: [{ kind: "hang-before", probability: 0.15 }] },
  { what: "accepts after the caller gave up", promise: "In doubt until it is found; an opt-out meanwhile names it as on its way.", cards: 2, rules: [{ kind: "latency", probability: 0.5, latencyMs: 3_200 }] },
  { what: "storms with 429", promise: REFUSED, cards: 3, rules: [{ kind: "429", probability: 0.9, retryAfterSeconds: 1 }] },
  { what: "says 420, over the limit", promise: REFUSED, cards: 1, rules: [{ kind: "420", probability: 0.9, retryAfterSeconds: 1 }] },
  { what: "is slow, log and verifier too", promise: "A slow call is below its time-out, and that below the lease.", cards: 1, rules: [{ kind: "latency", probability: 1, latencyMs: 1_200 }], everything: true },
  { what: "fails every second call of any kind", promise: "A log that cannot be read settles nothing.", cards: 1, rules: [{ kind: "500-before", probability: 0.2 }, { kind: "reset-after", probability: 0.3 }], everything: true },
]; // prettier-ignore

export const providerFaults: FaultKind[] = [
  ...PLANS.map((plan): FaultKind => ({
    kind: `provider ${plan.what}`,
    promise: plan.promise,
    cards: plan.cards,
    make: (world, random) => {
      const forMs = between(random, 1_000, 4_000);
      const match = plan.everything === true ? {} : { match: SENDS };
      const rules = plan.rules.map((rule) => ({ ...rule, ...match }));
      const seed = random.below(1_000_000);
      return {
        resource: RESOURCE,
        about: `for ${forMs} ms`,
        strike: async () => {
          await steer(world.sandboxUrl, "faults", { seed, rules });
          await wait(forMs);
          await steer(world.sandboxUrl, "faults", { rules: [] });
        },
      };
    },
  })),
  {
    kind: "provider resets every connection",
    promise: "Calls that were cut are in doubt, and are not sent blindly again.",
    cards: 1,
    make: (world, random) => {
      const forMs = between(random, 1_000, 5_000);
      return {
        resource: RESOURCE,
        about: `for ${forMs} ms`,
        strike: async () => {
          await steer(world.sandboxUrl, "outage", { ms: forMs });
          await wait(forMs + 100);
        },
      };
    },
  },
  {
    kind: "provider's log lags",
    promise: "Absence is not believed before the horizon.",
    cards: 1,
    make: (world, random) => {
      const lagMs = between(random, 2_000, 6_000);
      return {
        resource: "provider's log",
        about: `by ${lagMs} ms`,
        strike: async () => {
          await steer(world.sandboxUrl, "config", { eventLagMs: lagMs });
          await wait(10_000);
          await steer(world.sandboxUrl, "config", { eventLagMs: 0 });
        },
      };
    },
  },
  {
    kind: "webhooks ten times and shuffled",
    promise: "Each event counts once, in whatever order it comes.",
    cards: 2,
    make: (world, random) => {
      const seed = random.below(1_000_000);
      return {
        resource: "webhooks",
        about: "what comes in 2 s",
        strike: async () => void (await world.relay.repeat(2_000, 10, seed)),
      };
    },
  },
  {
    kind: "webhooks refused",
    promise: "The provider sends them again; the log is asked meanwhile.",
    cards: 1,
    make: (world, random) => {
      const forMs = between(random, 1_000, 5_000);
      return {
        resource: "webhooks",
        about: `for ${forMs} ms`,
        strike: async () => {
          world.relay.refuse(forMs);
          await wait(forMs);
        },
      };
    },
  },
];
