// The three ports of the services on the tables in memory. How a transaction meets the world (late, never, twice, by a process that dies) is
// for whoever hands in `transactions`.
import type { BlastStore } from "#core/adapters/postgres/blast-store.ts";
import type { DeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import type { OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import type { ScheduledOrder, TimerStore } from "#core/adapters/postgres/timer-store.ts";
import type { DueSchedule } from "#core/adapters/postgres/schedules/due.ts";
import { announce } from "./book.ts";
import {
  advanceSchedule,
  applyEvents,
  proofsOf,
  suppress,
  takeDueSchedule,
  waitingEvents,
} from "./events.ts";
import * as feed from "./feed.ts";
import * as freeze from "./freeze.ts";
import { orderBlast, orderDirectSend } from "./orders.ts";
import { blastOf, type MemoryDatabase } from "./tables.ts";
import {
  claimDeliveries,
  loadBlast,
  readForClaim,
  recordTransitions,
  recordWithEvidence,
} from "./transitions.ts";

/** What a transaction holds until it ends. */
export type Locks = {
  /** The agency's gate: claims share it, decisions close it. */
  gate?: { agencyId: string; closed: boolean };
  /** Rows of this blast's deliveries. */
  rows?: string;
};

export type Transactions = {
  /** One that happens at one moment. */
  once<T>(name: string, work: () => T, locks?: Locks): Promise<T>;
  /** One that reads, thinks, and writes later, with its locks held in between; nothing is written when it does not come to that. */
  open<R, T>(name: string, locks: Locks, read: () => R, write: (seen: R) => T): Promise<T>;
};

export function createMemoryDeliveryStore(db: MemoryDatabase, { once, open }: Transactions): DeliveryStore {
  return {
    orderDirectSend: (key, send) => once("orderDirectSend", () => orderDirectSend(db, key, send)),
    loadBlast: (agencyId, blastId) => once("loadBlast", () => loadBlast(db, agencyId, blastId)),
    templateVersion: (agencyId, templateId) =>
      once("templateVersion", () =>
        db.templates.get(templateId) === agencyId
          ? { subject: "Storm", html: "<p>Storm</p>", text: "Storm" }
          : undefined,
      ),
    unjudgedAddresses: (agencyId, blastId, seqs) =>
      once("unjudgedAddresses", () =>
        (blastOf(db, agencyId, blastId)?.deliveries ?? []).flatMap((d) => {
          const verdict = db.verdicts.get(`${agencyId}:${d.addressKey}`);
          const known = verdict !== undefined && verdict.expiresAtMs > db.nowMs();
          const waits = d.state === "pending" || d.state === "retry";
          if (!waits || known || d.addressKey === null || !seqs.includes(d.seq)) return [];
          return [{ address: d.address, address_key: d.addressKey }];
        }),
      ),
    rememberVerdicts: (agencyId, judged) =>
      once("rememberVerdicts", () => {
        for (const { addressKey, result, validMs } of judged)
          db.verdicts.set(`${agencyId}:${addressKey}`, { result, expiresAtMs: db.nowMs() + validMs });
      }),
    claim: (claim, seqs, plan) => {
      const { agencyId, blastId } = claim;
      const gate = db.switches.gate ? { gate: { agencyId, closed: false } } : {};
      return open(
        "claim",
        { ...gate, rows: blastId },
        () => {
          const locked = readForClaim(db, agencyId, blastId, seqs);
          const blast = loadBlast(db, agencyId, blastId)!;
          return { locked, blast, planned: plan(blast, locked) };
        },
        ({ locked, blast, planned }) => {
          if (planned.skip.length > 0)
            recordTransitions(db, { agencyId, blastId, lane: blast.lane }, planned.skip);
          feed.postponeWakeups(db, blastId, planned.postpone ?? []);
          if (planned.feedAfterMs !== undefined) feed.holdFeeder(db, blastId, planned.feedAfterMs);
          if (planned.claim.length === 0) return { blast, deliveries: [] };
          const attempts = claimDeliveries(db, claim, planned.claim);
          const deliveries = locked.flatMap((delivery) => {
            const attempt = attempts.get(delivery.seq);
            return attempt === undefined ? [] : [{ ...delivery, attempt }];
          });
          return { blast, deliveries };
        },
      );
    },
    record: (scope, transitions) =>
      once("record", () => recordWithEvidence(db, scope, transitions), { rows: scope.blastId }),
  };
}

export function createMemoryBlastStore(db: MemoryDatabase, { once }: Transactions): BlastStore {
  return {
    orderBlast: (key, blast) => once("orderBlast", () => orderBlast(db, key, blast)),
    blastExists: (agencyId, blastId) =>
      once("blastExists", () => blastOf(db, agencyId, blastId) !== undefined),
    checkAccount: (agencyId, userId) => once("checkAccount", () => freeze.checkAccount(db, agencyId, userId)),
    refuseBlast: (agencyId, blastId, reason) =>
      once("refuseBlast", () => freeze.refuseBlast(db, agencyId, blastId, reason)),
    freezePage: (agencyId, blastId) => once("freezePage", () => freeze.freezePage(db, agencyId, blastId)),
    startBlast: (agencyId, blastId, announcement) =>
      once("startBlast", () => {
        const started = freeze.startBlast(db, agencyId, blastId);
        if (started.kind === "started") announce(db, agencyId, announcement(started));
        return started;
      }),
    startSmallBlasts: (agencyId, orders, announcements) =>
      once("startSmallBlasts", () => {
        const started = freeze.startSmallBlasts(db, agencyId, orders);
        for (const blast of started)
          for (const message of announcements(blast)) announce(db, agencyId, message);
        return started;
      }),
    takeBlastsToFeed: (lane, limit, which) =>
      once("takeBlastsToFeed", () => feed.takeBlastsToFeed(db, lane, limit, which)),
    giveBack: (ids) => once("giveBack", () => feed.giveBack(db, ids)),
    nextPortion: (blast, size) => once("nextPortion", () => feed.nextPortion(db, blast, size)),
    markReleased: (blast, portion) => once("markReleased", () => feed.markReleased(db, blast, portion)),
    // No agency has a rate here.
    spendAllowances: () => once("spendAllowances", () => undefined),
    stoppedBlasts: (limit) => once("stoppedBlasts", () => freeze.stoppedBlasts(db, limit)),
    skipRemaining: (blast, reason, after) =>
      once("skipRemaining", () => freeze.skipRemaining(db, blast, reason, after), { rows: blast.id }),
    completeBlasts: (limit, announcement) =>
      once("completeBlasts", () => {
        const ended = freeze.completeBlasts(db, limit);
        for (const blast of ended) announce(db, blast.agency_id, announcement(blast));
        return ended;
      }),
  };
}

// PostgreSQL ends a transaction that does nothing for this long (idle_in_transaction_session_timeout), and its locks with it.
const idleInTransactionMs = 30_000;

export function createMemoryTimerStore(db: MemoryDatabase, { once, open }: Transactions): TimerStore {
  return {
    relayOutbox: async (olderThanMs, limit, publish) => {
      const rows = await once("overdue", () => {
        const nowMs = db.nowMs();
        const taken = [...db.outbox.values()].filter(
          (row) => row.createdAtMs < nowMs - olderThanMs && row.lockedUntilMs <= nowMs,
        );
        for (const row of taken.slice(0, limit)) row.lockedUntilMs = nowMs + idleInTransactionMs;
        return taken.slice(0, limit);
      });
      if (rows.length === 0) return 0;
      try {
        await publish(rows.map(({ subject, headers, body }): OutboxMessage => ({ subject, headers, body })));
      } catch (error) {
        for (const row of rows) row.lockedUntilMs = 0;
        throw error;
      }
      await once("forget", () => {
        if (rows.some((row) => row.lockedUntilMs <= db.nowMs()))
          throw new Error("Connection terminated unexpectedly");
        for (const { id } of rows) db.outbox.delete(id);
      });
      return rows.length;
    },
    fireDueSchedule: (order, next) =>
      open(
        "fireDueSchedule",
        {},
        () => {
          const taken = takeDueSchedule(db);
          if (taken !== undefined) taken.row.lockedUntilMs = db.nowMs() + idleInTransactionMs;
          return taken;
        },
        (taken) => {
          if (taken === undefined) return undefined;
          const { row, due } = taken;
          try {
            if (row.lockedUntilMs <= db.nowMs() && db.switches.occurrenceOnce)
              throw new Error("Connection terminated unexpectedly");
            const blastId = orderOccurrence(db, order(due));
            advanceSchedule(db, row, next(due), blastId !== undefined);
            return { due, blastId };
          } catch (error) {
            row.lockedUntilMs = 0;
            throw error;
          }
        },
      ),
    expireClaims: (limit, settle) =>
      once("expireClaims", () =>
        feed.expiredClaims(db, limit).map((claim) => {
          const scope = {
            agencyId: claim.agency_id,
            blastId: claim.blast_id,
            lane: claim.lane,
            claimId: claim.id,
          };
          const settled = settle(claim).map((t) =>
            db.switches.doubtAfterLease ? t : { ...t, to: "retry" as const },
          );
          return { claim, changed: recordTransitions(db, scope, settled).size };
        }),
      ),
    dueWakeups: (againAfterMs, limit) => once("dueWakeups", () => feed.dueWakeups(db, againAfterMs, limit)),
    dueDoubts: (againAfterMs, limit) => once("dueDoubts", () => feed.dueDoubts(db, againAfterMs, limit)),
    addressesOf: (agencyId, blastId, seqs) =>
      once("addressesOf", () => feed.addressesOf(db, agencyId, blastId, seqs)),
    record: (scope, transitions) =>
      once("record", () => recordTransitions(db, scope, transitions), { rows: scope.blastId }),
    stalledBlasts: (quietMs, limit) => once("stalledBlasts", () => feed.stalledBlasts(db, quietMs, limit)),
    stalledLists: (quietMs, limit) => once("stalledLists", () => feed.stalledLists(db, quietMs, limit)),
    rewindBlast: (agencyId, blastId) =>
      once(
        "rewindBlast",
        () => blastOf(db, agencyId, blastId) !== undefined && feed.rewindBlasts(db, { blastId }) > 0,
      ),
    waitingEvents: (limit) => once("waitingEvents", () => waitingEvents(db, limit)),
    proofsOf: (events) => once("proofsOf", () => proofsOf(db, events)),
    applyEvents: (events) => once("applyEvents", () => applyEvents(db, events)),
    suppress: (agencyId, suppressions) =>
      once("suppress", () => void suppress(db, agencyId, suppressions), { gate: { agencyId, closed: true } }),
    tendTables: () => Promise.resolve(0),
  };

  function orderOccurrence(db: MemoryDatabase, ordered: ScheduledOrder | undefined): string | undefined {
    if (ordered === undefined) return undefined;
    const key = db.switches.occurrenceOnce ? ordered.key : `${ordered.key}/${db.newId()}`;
    const { blastId } = orderBlast(db, key, ordered.blast);
    announce(db, ordered.blast.agencyId, ordered.message(blastId));
    return blastId;
  }
}

export type { DueSchedule };
