import type { BlastStore } from "#core/adapters/postgres/blast-store.ts";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import type { Logger } from "#core/runtime/log.ts";
import type { GiveWay } from "#core/runtime/right-of-way.ts";

/** What the feeder needs of the world. */
export interface FeederDeps {
  store: BlastStore;
  publisher: { publishAll(envelopes: readonly Envelope[]): Promise<void> };
  log: Logger;
  /** Program and host, for headers and explanations. */
  name: string;
  /** Clock for message headers; rows hold the database's time. */
  nowMs: () => number;
  /** Resolves when a large piece may begin. Without it nobody waits. */
  giveWay?: GiveWay;
  /** Since somebody asked for the way last, ms. Without it somebody just did. */
  quietMs?: () => number;
  /** Deliveries of a lane that may be on the queue at once, shared by its agencies. */
  blastWindow: number;
}

/** What list-sender needs of the world. */
export interface ListSenderDeps extends FeederDeps {
  /** Called when there may be something to release, so that it does not wait for the next tick. */
  wakeFeeder: (lane?: LaneText) => void;
  /** Waits. Without it a burst is frozen as it comes. */
  rest?: (ms: number) => Promise<unknown>;
}
