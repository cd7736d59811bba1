import type { Random } from "#test/support/random.ts";
import type { World } from "../world.ts";

/** Something that goes wrong, and is over when its promise resolves. */
export type Fault = {
  /** What may not be struck twice at once. */
  resource: string;
  /** For the log: what exactly. */
  about: string;
  strike: () => Promise<void>;
};

/** A kind of fault: how it is called, how many of its cards a deck holds, and how one is made. */
export type FaultKind = {
  kind: string;
  /** What must hold in spite of it, for the report. */
  promise: string;
  cards: number;
  make: (world: World, random: Random) => Fault;
};

/** A time between two bounds. */
export const between = (random: Random, fromMs: number, toMs: number): number =>
  fromMs + random.below(Math.max(1, toMs - fromMs));
