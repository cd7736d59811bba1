import type { ServiceName } from "#dev/stack/services.ts";
import { LEASE_MS } from "../settings.ts";
import { between } from "./fault.ts";
import type { FaultKind } from "./fault.ts";

const TITLE: Record<ServiceName, string> = {
  api: "api",
  listSender: "list-sender",
  customerSender: "customer-sender",
  scheduler: "scheduler",
};

const LATE = "A worker that wakes up late finds its lease gone, and what it did is merged as evidence.";

function killed(service: ServiceName, cards: number, promise: string): FaultKind {
  return {
    kind: `${TITLE[service]} killed (kill -9)`,
    promise,
    cards,
    make: (world, random) => {
      const one = random.pick(world.services.filter((each) => each.service === service));
      const downMs = between(random, 100, 2_500);
      return {
        resource: one.name,
        about: `${one.name}, back after ${downMs} ms`,
        strike: () => one.kill(downMs),
      };
    },
  };
}

function frozen(service: ServiceName, cards: number, promise = LATE): FaultKind {
  return {
    kind: `${TITLE[service]} frozen past the lease (SIGSTOP)`,
    promise,
    cards,
    make: (world, random) => {
      const one = random.pick(world.services.filter((each) => each.service === service));
      const forMs = between(random, LEASE_MS + 1_000, LEASE_MS + 5_000);
      return { resource: one.name, about: `${one.name} for ${forMs} ms`, strike: () => one.freeze(forMs) };
    },
  };
}

function rolled(service: ServiceName): FaultKind {
  return {
    kind: `${TITLE[service]} restarted in turn (SIGTERM)`,
    promise: "A rolling restart costs nothing.",
    cards: 1,
    make: (world) => {
      const all = world.services.filter((each) => each.service === service);
      return {
        resource: all[0]?.name ?? "",
        about: all.map(({ name }) => name).join(", then "),
        strike: async () => {
          for (const one of all) await one.roll();
        },
      };
    },
  };
}

export const serviceFaults: FaultKind[] = [
  killed(
    "customerSender",
    6,
    "A send whose sender died is looked up at the provider; nobody is missed, nobody gets it twice.",
  ),
  killed("listSender", 3, "The audience is frozen once, its credit reserved once, whoever goes on."),
  killed("scheduler", 3, "Timers are rows; another scheduler takes them."),
  killed("api", 3, "What was answered is committed; the same key again is the same blast."),
  frozen("customerSender", 2),
  frozen("listSender", 1),
  frozen("scheduler", 1),
  frozen(
    "api",
    1,
    "Callers ask the other instance with the same key; what this one does when it wakes up is the same blast.",
  ),
  rolled("customerSender"),
  rolled("listSender"),
  rolled("scheduler"),
  rolled("api"),
];
