import type { Chance } from "../engine/chance.ts";
import type { EventLoop } from "../engine/event-loop.ts";
import type { Trace } from "../engine/trace.ts";
import type { MemoryDatabase } from "../memory/tables.ts";
import type { PlantedBug } from "../planted-bugs.ts";
import type { Aim } from "./aims.ts";
import type { Broker } from "./broker.ts";
import type { Faults } from "./faults.ts";
import type { Locking } from "./locking.ts";
import type { Provider } from "./provider.ts";
import type { Promised } from "./promised.ts";

/** What stays the same for a whole history. */
export type Settings = {
  aim: Aim;
  leaseMs: number;
  callTimeoutMs: number;
  horizonMs: number;
  stallMs: number;
  firstLookMs: number;
  blastWindow: number;
  /** Recipients of one call, and messages a worker takes at once. */
  batchMax: number;
  takeMax: number;
  /** The longest that timers with nothing urgent sleep: schedulers may be slow. */
  idleGapMs: number;
  customerSenders: number;
  listSenders: number;
  schedulers: number;
};

export type Stats = {
  faults: number;
  /** Kinds of faults that struck. */
  kinds: Set<string>;
  crashes: number;
  accepted: number;
};

/** One history: everything that happens in it happens to this. */
export type World = {
  seed: number;
  startMs: number;
  chance: Chance;
  loop: EventLoop;
  trace: Trace;
  settings: Settings;
  faults: Faults;
  bug: PlantedBug | undefined;
  db: MemoryDatabase;
  locking: Locking;
  broker: Broker;
  provider: Provider;
  /** What was promised to somebody outside, for the check. */
  promised: Promised;
  stats: Stats;
  violations: string[];
  /** Ids of messages that became dead letters. */
  buried: Set<string>;
  databaseAway: boolean;
  /** Writes a violation down; the history goes on. */
  violate: (what: string) => void;
  /** A fault happens now, if it is time for faults and chance wills it. */
  fault: (probability: number, kind: string) => boolean;
};
