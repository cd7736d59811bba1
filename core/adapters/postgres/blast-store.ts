import type { Database } from "./database.ts";
import type { NewBlast } from "./blasts/accept.ts";
import { completeBlasts, type CompletedBlast } from "./blasts/complete.ts";
import {
  giveBack,
  markReleased,
  nextPortion,
  spendAllowances,
  takeBlastsToFeed,
  type FedBlast,
  type PortionRow,
  type WhichToFeed,
} from "./blasts/feed.ts";
import { freezePage, type FreezePage } from "./blasts/freeze-page.ts";
import { orderBlast, type Ordered } from "./blasts/order.ts";
import { skipRemaining, stoppedBlasts, type StoppedBlast } from "./blasts/skip-remaining.ts";
import { checkAccount, refuseBlast, startBlast, type Account, type Started } from "./blasts/start.ts";
import { startSmallBlasts, type StartedSmall } from "./blasts/start-small.ts";
import { announce, announceAll, type OutboxMessage } from "./outbox/announce.ts";
import type { LaneText } from "./schema.ts";

/** Everything list-sender asks of the database; each call is one transaction. */
export interface BlastStore {
  orderBlast: (key: string, blast: NewBlast) => Promise<Ordered>;
  blastExists: (agencyId: string, blastId: string) => Promise<boolean>;
  checkAccount: (agencyId: string, userId: string | null) => Promise<Account>;
  refuseBlast: (agencyId: string, blastId: string, reason: string) => Promise<boolean>;
  freezePage: (agencyId: string, blastId: string) => Promise<FreezePage>;
  /** Reserves and starts; what `announcement` makes of it is written with it. */
  startBlast: (
    agencyId: string,
    blastId: string,
    announcement: (started: Started & { kind: "started" }) => OutboxMessage,
  ) => Promise<Started>;
  /**
   * Freezes and starts those of an agency's blasts that are ordinary and small, in one transaction with what `announcements` makes of each.
   * The others are not in the answer. Throws `NotOrdinaryError`, and then nothing was written.
   */
  startSmallBlasts: (
    agencyId: string,
    orders: readonly { blastId: string; userId: string | null }[],
    announcements: (started: StartedSmall) => OutboxMessage[],
  ) => Promise<StartedSmall[]>;
  takeBlastsToFeed: (lane: LaneText, limit: number, which?: WhichToFeed) => Promise<FedBlast[]>;
  giveBack: (ids: string[]) => Promise<void>;
  nextPortion: (blast: FedBlast, size: number) => Promise<PortionRow[]>;
  markReleased: (blast: FedBlast, portion: { lastSeq: number; count: number }) => Promise<boolean>;
  spendAllowances: (released: { agencyId: string; count: number }[]) => Promise<void>;
  stoppedBlasts: (limit: number) => Promise<StoppedBlast[]>;
  skipRemaining: (blast: StoppedBlast, reason: string, after: number) => Promise<number | undefined>;
  completeBlasts: (
    limit: number,
    announcement: (blast: CompletedBlast) => OutboxMessage,
  ) => Promise<CompletedBlast[]>;
}

export function createBlastStore({ withAgency, asSystem }: Database): BlastStore {
  return {
    orderBlast: (key, blast) => withAgency(blast.agencyId, (tx) => orderBlast(tx, key, blast)),
    blastExists: async (agencyId, blastId) => {
      const known = await withAgency(
        agencyId,
        (tx) => tx.selectFrom("blasts").select("id").where("id", "=", blastId).executeTakeFirst(),
        "one statement",
      );
      return known !== undefined;
    },
    checkAccount: (agencyId, userId) =>
      withAgency(agencyId, (tx) => checkAccount(tx, agencyId, userId), "one statement"),
    refuseBlast: (agencyId, blastId, reason) =>
      withAgency(agencyId, (tx) => refuseBlast(tx, blastId, reason)),
    freezePage: (agencyId, blastId) => withAgency(agencyId, (tx) => freezePage(tx, agencyId, blastId)),
    startBlast: (agencyId, blastId, announcement) =>
      withAgency(agencyId, async (tx) => {
        const started = await startBlast(tx, agencyId, blastId);
        if (started.kind === "started") await announce(tx, agencyId, announcement(started));
        return started;
      }),
    startSmallBlasts: (agencyId, orders, announcements) =>
      withAgency(agencyId, async (tx) => {
        const started = await startSmallBlasts(tx, agencyId, orders);
        if (started.length > 0)
          await announceAll(tx, agencyId, started.flatMap(announcements), { last: true });
        return started;
      }),
    takeBlastsToFeed: (lane, limit, which) =>
      asSystem((tx) => takeBlastsToFeed(tx, lane, limit, which), "one statement"),
    giveBack: (ids) => asSystem((tx) => giveBack(tx, ids), "one statement"),
    nextPortion: (blast, size) =>
      nextPortion((read) => withAgency(blast.agency_id, read, "one statement"), blast, size),
    markReleased: (blast, portion) =>
      withAgency(blast.agency_id, (tx) => markReleased(tx, blast, portion), "one statement"),
    spendAllowances: (released) => asSystem((tx) => spendAllowances(tx, released), "one statement"),
    stoppedBlasts: (limit) => asSystem((tx) => stoppedBlasts(tx, limit)),
    skipRemaining: (blast, reason, after) => {
      const scope = {
        agencyId: blast.agency_id,
        blastId: blast.id,
        reason,
        reserved: blast.started_at !== null,
        audienceSize: blast.audience_size,
      };
      return withAgency(blast.agency_id, (tx) => skipRemaining(tx, scope, after));
    },
    completeBlasts: (limit, announcement) =>
      asSystem(async (tx) => {
        const blasts = await completeBlasts(tx, limit);
        for (const [agencyId, own] of Map.groupBy(blasts, (blast) => blast.agency_id))
          await announceAll(tx, agencyId, own.map(announcement));
        return blasts;
      }),
  };
}
