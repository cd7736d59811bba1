import type { Database } from "./database.ts";
import type { NewBlast } from "./blasts/accept.ts";
import { orderBlast } from "./blasts/order.ts";
import { rewindBlasts } from "./blasts/rewind.ts";
import { stalledLists, type StalledList } from "./blasts/stalled-lists.ts";
import { recordTransitions, type RecordScope, type Transition } from "./deliveries/record.ts";
import {
  addressesOf,
  dueDoubts,
  dueWakeups,
  expiredClaims,
  stalledBlasts,
  type DueDoubt,
  type DueWakeup,
  type ExpiredClaim,
  type StalledBlast,
} from "./deliveries/timers.ts";
import { ensurePartitions, forgetIdempotencyKeys } from "./maintenance/tend-tables.ts";
import { announce, forget, overdue, type OutboxMessage } from "./outbox/announce.ts";
import {
  applyEvents,
  proofsOf,
  waitingEvents,
  type Proof,
  type WaitingEvent,
} from "./provider-events/apply.ts";
import { advanceSchedule, takeDueSchedule, type DueSchedule } from "./schedules/due.ts";
import type { NewSuppression } from "./suppressions/add-suppressions.ts";
import { suppress } from "./suppressions/suppress.ts";

/** A schedule's occurrence as a blast, with the message that starts it. */
export interface ScheduledOrder {
  key: string;
  blast: NewBlast;
  message: (blastId: string) => OutboxMessage;
}

/** Everything the scheduler asks of the database; each call is one transaction. */
export interface TimerStore {
  /** Hands messages that were not published in time to `publish` and forgets them when it resolves. Answers how many. */
  relayOutbox: (
    olderThanMs: number,
    limit: number,
    publish: (messages: OutboxMessage[]) => Promise<void>,
  ) => Promise<number>;
  /**
   * Takes one schedule that is due: orders what `order` makes of it (nothing when it is undefined) and sets it on `next`, together. Answers
   * undefined when none is due. Throws what ordering throws, and then nothing changed.
   */
  fireDueSchedule: (
    order: (due: DueSchedule) => ScheduledOrder | undefined,
    next: (due: DueSchedule) => { at: Date; occurrence: string } | null,
  ) => Promise<{ due: DueSchedule; blastId: string | undefined } | undefined>;
  /** Ends leases that ran out: writes what `settle` makes of each. Answers the claims with how many deliveries changed. */
  expireClaims: (
    limit: number,
    settle: (claim: ExpiredClaim) => Transition[],
  ) => Promise<{ claim: ExpiredClaim; changed: number }[]>;
  dueWakeups: (againAfterMs: number, limit: number) => Promise<DueWakeup[]>;
  dueDoubts: (againAfterMs: number, limit: number) => Promise<DueDoubt[]>;
  addressesOf: (agencyId: string, blastId: string, seqs: number[]) => Promise<string[]>;
  record: (scope: RecordScope, transitions: Transition[]) => Promise<Set<number>>;
  stalledBlasts: (quietMs: number, limit: number) => Promise<StalledBlast[]>;
  stalledLists: (quietMs: number, limit: number) => Promise<StalledList[]>;
  rewindBlast: (agencyId: string, blastId: string) => Promise<boolean>;
  waitingEvents: (limit: number) => Promise<WaitingEvent[]>;
  /** Acceptances that these events prove and the rows do not know. */
  proofsOf: (events: WaitingEvent[]) => Promise<Proof[]>;
  applyEvents: (events: WaitingEvent[]) => Promise<void>;
  suppress: (agencyId: string, suppressions: NewSuppression[], announcedBy: string) => Promise<void>;
  /** Partitions of the coming months, and idempotency keys older than `keepKeysDays`. Answers how many keys were forgotten. */
  tendTables: (keepKeysDays: number, limit: number) => Promise<number>;
}

export function createTimerStore({ withAgency, asSystem }: Database): TimerStore {
  return {
    relayOutbox: (olderThanMs, limit, publish) =>
      asSystem(async (tx) => {
        const messages = await overdue(tx, olderThanMs, limit);
        if (messages.length === 0) return 0;
        await publish(messages);
        await forget(
          tx,
          messages.map(({ id }) => id),
        );
        return messages.length;
      }),
    fireDueSchedule: (order, next) =>
      asSystem(async (tx) => {
        const due = await takeDueSchedule(tx);
        if (due === undefined) return undefined;
        const ordered = order(due);
        let blastId: string | undefined;
        if (ordered !== undefined) {
          ({ blastId } = await orderBlast(tx, ordered.key, ordered.blast));
          await announce(tx, due.agency_id, ordered.message(blastId));
        }
        await advanceSchedule(tx, due.id, next(due), blastId !== undefined);
        return { due, blastId };
      }),
    expireClaims: (limit, settle) =>
      asSystem(async (tx) => {
        const expired = [];
        for (const claim of await expiredClaims(tx, limit)) {
          const scope = {
            agencyId: claim.agency_id,
            blastId: claim.blast_id,
            lane: claim.lane,
            claimId: claim.id,
          };
          expired.push({ claim, changed: (await recordTransitions(tx, scope, settle(claim))).size });
        }
        return expired;
      }),
    dueWakeups: (againAfterMs, limit) => asSystem((tx) => dueWakeups(tx, againAfterMs, limit)),
    dueDoubts: (againAfterMs, limit) => asSystem((tx) => dueDoubts(tx, againAfterMs, limit)),
    addressesOf: (agencyId, blastId, seqs) => withAgency(agencyId, (tx) => addressesOf(tx, blastId, seqs)),
    record: (scope, transitions) =>
      withAgency(scope.agencyId, (tx) => recordTransitions(tx, scope, transitions)),
    stalledBlasts: (quietMs, limit) => asSystem((tx) => stalledBlasts(tx, quietMs, limit)),
    stalledLists: (quietMs, limit) => asSystem((tx) => stalledLists(tx, quietMs, limit)),
    rewindBlast: async (agencyId, blastId) =>
      (await withAgency(agencyId, (tx) => rewindBlasts(tx, { blastId }))) > 0,
    waitingEvents: (limit) => asSystem((tx) => waitingEvents(tx, limit)),
    proofsOf: (events) => asSystem((tx) => proofsOf(tx, events)),
    applyEvents: (events) => asSystem((tx) => applyEvents(tx, events)),
    suppress: async (agencyId, suppressions, announcedBy) => {
      await withAgency(agencyId, (tx) =>
        suppress(tx, { agencyId, suppressions, source: "webhook", announcedBy }),
      );
    },
    tendTables: (keepKeysDays, limit) =>
      asSystem(async (tx) => {
        await ensurePartitions(tx);
        return forgetIdempotencyKeys(tx, keepKeysDays, limit);
      }),
  };
}
