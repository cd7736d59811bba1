// blasts/{feed,rewind,stalled-lists}.ts and deliveries/timers.ts, in memory.
import {
  crowdedSeconds,
  lineUpMost,
  type FedBlast,
  type WhichToFeed,
} from "#core/adapters/postgres/blasts/feed.ts";
import type { StalledList } from "#core/adapters/postgres/blasts/stalled-lists.ts";
import type {
  DueDoubt,
  DueWakeup,
  ExpiredClaim,
  StalledBlast,
} from "#core/adapters/postgres/deliveries/timers.ts";
import type { Postponed } from "#core/adapters/postgres/deliveries/postpone.ts";
import { blastOf, sumOf, type Blast, type MemoryDatabase } from "./tables.ts";

const feederLeaseMs = 5_000;

export function takeBlastsToFeed(
  db: MemoryDatabase,
  lane: Blast["lane"],
  limit: number,
  which: WhichToFeed = "all",
): FedBlast[] {
  const nowMs = db.nowMs();
  const running = [...db.blasts.values()].filter((b) => runs(db, b));
  const hungry = running.filter(
    (b) =>
      b.lane === lane &&
      b.releasedCount < b.eligible &&
      (b.leavesAtMs ?? 0) <= nowMs &&
      (b.feedAfterMs ?? 0) <= nowMs &&
      (b.progress.retrying < lineUpMost || (b.feedAfterMs ?? 0) < nowMs - crowdedSeconds * 1_000),
  );
  const eaters = new Set(hungry.map(({ agencyId }) => agencyId));
  const whole = {
    // Every agency weighs 1 and has no limits.
    weight: 1, in_flight_max: null, allowance: null, lane_weight: eaters.size,
    lane_others: outstandingOf(running.filter((b) => b.lane === lane && !eaters.has(b.agencyId))),
    lane_sending: [...db.claims.values()]
      .filter(({ blastId }) => running.some(({ id, lane: of }) => id === blastId && of === lane))
      .reduce((sum, { seqs }) => sum + seqs.length, 0),
  }; // prettier-ignore
  const taken = hungry
    .filter((b) => b.feederUntilMs === null || (which === "all" && b.feederUntilMs < nowMs))
    .toSorted((a, b) => (a.feederUntilMs ?? 0) - (b.feederUntilMs ?? 0))
    .slice(0, limit);
  return taken.map((b) => {
    b.feederUntilMs = nowMs + feederLeaseMs;
    const own = running.filter(({ agencyId }) => agencyId === b.agencyId);
    return {
      id: b.id, agency_id: b.agencyId, lane: b.lane, released_seq: b.releasedSeq, release_round: b.releaseRound, retrying: b.progress.retrying,
      audience_size: b.audienceSize, outstanding: outstandingIn(b), lane_outstanding: outstandingOf(own.filter((each) => each.lane === lane)),
      agency_outstanding: outstandingOf(own), backlog: b.eligible - b.releasedCount,
      waited_ms: nowMs - Math.max(b.acceptedAtMs, b.leavesAtMs ?? 0), ...whole,
    }; // prettier-ignore
  });
}

function outstandingOf(blasts: readonly Blast[]): number {
  return blasts.reduce((sum, b) => sum + Math.max(0, outstandingIn(b)), 0);
}

function outstandingIn(b: Blast): number {
  const setAside = sumOf(b.progress) + b.progress.retrying + b.progress.in_doubt;
  return b.releasedCount - (setAside - (b.audienceSize - b.eligible));
}

export function outstandingOnLane(db: MemoryDatabase, { agencyId, lane }: Blast): number {
  return outstandingOf(
    [...db.blasts.values()].filter((b) => runs(db, b) && b.agencyId === agencyId && b.lane === lane),
  );
}

export function runs(db: MemoryDatabase, b: Blast): boolean {
  const agency = db.agencies.get(b.agencyId)!;
  return (
    b.state === "sending" &&
    b.completedAtMs === null &&
    !b.paused &&
    !agency.paused &&
    agency.standing === "good"
  );
}

export function giveBack(db: MemoryDatabase, ids: string[]): void {
  for (const id of ids) db.blasts.get(id)!.feederUntilMs = db.nowMs();
}

export function holdFeeder(db: MemoryDatabase, blastId: string, forMs: number): void {
  const blast = db.blasts.get(blastId);
  if (blast === undefined) return;
  blast.feedAfterMs = Math.max(blast.feedAfterMs ?? 0, db.nowMs() + forMs);
  db.poke("feeder", blast.feedAfterMs);
}

export function postponeWakeups(db: MemoryDatabase, blastId: string, postponed: readonly Postponed[]): void {
  for (const { seq, delayMs } of postponed) {
    const wakeup = db.wakeups.get(`${blastId}/${seq}`);
    if (wakeup === undefined) continue;
    wakeup.atMs = db.nowMs() + delayMs;
    db.poke("wake", wakeup.atMs);
  }
}

export function nextPortion(db: MemoryDatabase, fed: { id: string; released_seq: number }, size: number) {
  return db.blasts
    .get(fed.id)!
    .deliveries.filter((d) => d.seq > fed.released_seq && d.state === "pending")
    .slice(0, size)
    .map((d) => ({ seq: d.seq, customer_id: d.customerId }));
}

export function markReleased(
  db: MemoryDatabase,
  fed: { id: string; released_seq: number; release_round: number },
  portion: { lastSeq: number; count: number },
): boolean {
  const blast = db.blasts.get(fed.id)!;
  const same = blast.releasedSeq === fed.released_seq && blast.releaseRound === fed.release_round;
  if (!same && db.switches.markOnce) return false;
  blast.releasedSeq = portion.lastSeq;
  blast.releasedCount += portion.count;
  db.poke("rebuild", db.nowMs());
  return true;
}

export function rewindBlasts(db: MemoryDatabase, which: { blastId: string } | { agencyId: string }): number {
  let rewound = 0;
  for (const blast of db.blasts.values()) {
    if ("blastId" in which ? blast.id !== which.blastId : blast.agencyId !== which.agencyId) continue;
    const pending = blast.deliveries.filter(({ state }) => state === "pending");
    const first = pending[0]?.seq;
    if (
      blast.state !== "sending" ||
      blast.completedAtMs !== null ||
      first === undefined ||
      (blast.releasedSeq < first && blast.releasedCount === blast.eligible - pending.length)
    )
      continue;
    blast.releasedSeq = first - 1;
    blast.releasedCount = blast.eligible - pending.length;
    if (db.switches.newRound) blast.releaseRound += 1;
    blast.feederUntilMs = null;
    rewound += 1;
  }
  if (rewound > 0) db.poke("feeder", db.nowMs());
  return rewound;
}

export function stalledBlasts(db: MemoryDatabase, quietMs: number, limit: number): StalledBlast[] {
  const before = db.nowMs() - quietMs;
  const stalled = [...db.blasts.values()].filter(
    (b) =>
      runs(db, b) && b.releasedSeq > 0 && (b.leavesAtMs === null || b.leavesAtMs < before) && b.startedAtMs! < before && (b.rebuildAtMs === null || b.rebuildAtMs < before) &&
      (b.progressAtMs === null || b.progressAtMs <= before),
  ); // prettier-ignore
  return stalled.slice(0, limit).map((b) => {
    b.rebuildAtMs = db.nowMs();
    return { id: b.id, agency_id: b.agencyId, lane: b.lane };
  });
}

export function stalledLists(db: MemoryDatabase, quietMs: number, limit: number): StalledList[] {
  const before = db.nowMs() - quietMs;
  const stalled = [...db.blasts.values()].filter(
    (b) =>
      (b.state === "accepted" || b.state === "freezing") && b.completedAtMs === null && b.acceptedAtMs < before &&
      (b.rebuildAtMs === null || b.rebuildAtMs < before),
  ); // prettier-ignore
  return stalled.slice(0, limit).map((b) => {
    b.rebuildAtMs = db.nowMs();
    return { id: b.id, agency_id: b.agencyId, user_id: b.userId, lane: b.lane };
  });
}

export function expiredClaims(db: MemoryDatabase, limit: number): ExpiredClaim[] {
  return [...db.claims.values()]
    .filter((c) => c.leaseUntilMs < db.nowMs())
    .toSorted((a, b) => a.leaseUntilMs - b.leaseUntilMs)
    .slice(0, limit)
    .map((c) => ({
      id: c.id, agency_id: c.agencyId, blast_id: c.blastId, seqs: c.seqs, attempts: c.attempts, worker: c.worker,
      lane: db.blasts.get(c.blastId)!.lane,
    })); // prettier-ignore
}

export function dueWakeups(db: MemoryDatabase, againAfterMs: number, limit: number): DueWakeup[] {
  const nowMs = db.nowMs();
  return [...db.wakeups.values()]
    .filter(
      (w) => w.atMs < nowMs && !db.blasts.get(w.blastId)!.paused && !db.agencies.get(w.agencyId)!.paused,
    )
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(0, limit)
    .map((w) => {
      w.atMs = nowMs + againAfterMs;
      return {
        agency_id: w.agencyId,
        blast_id: w.blastId,
        seq: w.seq,
        customer_id: w.customerId,
        lane: w.lane,
        attempt: w.attempt,
      };
    });
}

export function dueDoubts(db: MemoryDatabase, againAfterMs: number, limit: number): DueDoubt[] {
  const nowMs = db.nowMs();
  return [...db.doubts.values()]
    .filter((d) => d.nextLookAtMs < nowMs)
    .toSorted((a, b) => a.nextLookAtMs - b.nextLookAtMs)
    .slice(0, limit)
    .map((d) => {
      d.nextLookAtMs = nowMs + againAfterMs;
      const agency = db.agencies.get(d.agencyId)!;
      const blast = db.blasts.get(d.blastId)!;
      return {
        agency_id: d.agencyId, blast_id: d.blastId, seq: d.seq, attempt: d.attempt, claimed_at: new Date(d.claimedAtMs),
        age_ms: nowMs - d.claimedAtMs, lane: blast.lane, sending_domain: agency.domain,
        doubt_policy: blast.doubtPolicy ?? agency.doubtPolicy,
      }; // prettier-ignore
    });
}

export function addressesOf(db: MemoryDatabase, agencyId: string, blastId: string, seqs: number[]): string[] {
  return blastOf(db, agencyId, blastId)!
    .deliveries.filter(({ seq }) => seqs.includes(seq))
    .map(({ address }) => address);
}
