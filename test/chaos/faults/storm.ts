import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "#test/support/random.ts";
import type { World } from "../world.ts";
import { brokerFaults } from "./broker-faults.ts";
import { databaseFaults } from "./database-faults.ts";
import type { FaultKind } from "./fault.ts";
import { networkFaults } from "./network-faults.ts";
import { providerFaults } from "./provider-faults.ts";
import { serviceFaults } from "./service-faults.ts";

/** A fault that struck. */
export type Struck = { atMs: number; kind: string; about: string };

export const ALL_FAULTS: readonly FaultKind[] = [
  ...serviceFaults,
  ...brokerFaults,
  ...databaseFaults,
  ...networkFaults,
  ...providerFaults,
];

/** A card whose resource is struck already goes back; after so many it is the next turn's. */
const DRAWS_MAX = 20;

export type Storm = {
  struck: readonly Struck[];
  /** Lets faults loose until the time is over, then waits until the last one is over. Throws when a fault could not be undone. */
  rage: (untilMs: number) => Promise<void>;
  /** Counts a fault that was struck by somebody else. */
  note: (kind: string, about: string) => void;
};

/** Deals faults at random moments from a shuffled deck, so that each kind comes in its share. */
export function createStorm(
  world: World,
  random: Random,
  everyMs: number,
  onFault: (fault: Struck) => void,
): Storm {
  const struck: Struck[] = [];
  const busy = new Map<string, Promise<void>>();
  let deck: FaultKind[] = [];
  const note = (kind: string, about: string) => {
    const fault = { atMs: Date.now(), kind, about };
    struck.push(fault);
    onFault(fault);
  };
  const draw = (): FaultKind => {
    if (deck.length === 0) deck = shuffled(random);
    return deck.pop() as FaultKind;
  };
  function next(): void {
    const back: FaultKind[] = [];
    for (let draws = 0; draws < DRAWS_MAX; draws++) {
      const kind = draw();
      const fault = kind.make(world, random);
      if (busy.has(fault.resource)) {
        back.push(kind);
        continue;
      }
      note(kind.kind, fault.about);
      const over = fault.strike();
      busy.set(fault.resource, over);
      // A failure is thrown by `rage`, which waits for all.
      over.then(
        () => busy.delete(fault.resource),
        () => undefined,
      );
      break;
    }
    deck.push(...back);
  }
  return {
    struck,
    note,
    rage: async (untilMs) => {
      while (Date.now() < untilMs) {
        // Exponential: faults come in bursts, as they do.
        const pauseMs = -Math.log(1 - random.below(1_000_000) / 1_000_000) * everyMs;
        await wait(Math.min(pauseMs, Math.max(0, untilMs - Date.now())));
        if (Date.now() < untilMs) next();
      }
      await Promise.all(busy.values());
    },
  };
}

function shuffled(random: Random): FaultKind[] {
  const deck = ALL_FAULTS.flatMap((kind) => Array.from({ length: kind.cards }, () => kind));
  for (let at = deck.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [deck[at], deck[other]] = [deck[other] as FaultKind, deck[at] as FaultKind];
  }
  return deck;
}
