// When a round may find something to do, read from the rows. A real service looks several times a second instead; a simulated one that slept
// as shortly would spend its life looking at nothing.
import { outstandingOnLane, runs } from "./feed.ts";
import { sumOf, type Blast, type MemoryDatabase, type Timer } from "./tables.ts";

/** What decides when a blast is looked at again. */
export type DueSettings = { stallMs: number; blastWindow: number };

/** The moment from which on a round of `timer` may find something; undefined while only another change can bring it work. */
export function nextDueMs(db: MemoryDatabase, timer: Timer, o: DueSettings): number | undefined {
  const nowMs = db.nowMs();
  switch (timer) {
    case "relay":
      return least(db.outbox.values(), (row) => Math.max(row.createdAtMs + 1_001, row.lockedUntilMs));
    case "fire":
      return least(db.schedules.values(), (row) =>
        row.nextAtMs === null ? undefined : Math.max(row.nextAtMs, row.lockedUntilMs),
      );
    case "wake":
      return least(db.wakeups.values(), (row) =>
        db.blasts.get(row.blastId)!.paused || db.agencies.get(row.agencyId)!.paused
          ? undefined
          : row.atMs + 1,
      );
    case "leases":
      return least(db.claims.values(), (row) => row.leaseUntilMs + 1);
    case "doubts":
      return least(db.doubts.values(), (row) => row.nextLookAtMs + 1);
    case "events":
      return least(db.events.values(), (row) => (row.appliedAtMs === null ? nowMs + 1_000 : undefined));
    case "rebuild":
      return least(db.blasts.values(), (blast) => rebuildDueMs(db, blast, o));
    case "feeder":
      return least(db.blasts.values(), (blast) => feederDueMs(db, blast, o));
    default:
      return timer satisfies never;
  }
}

function rebuildDueMs(db: MemoryDatabase, blast: Blast, { stallMs }: DueSettings): number | undefined {
  if (blast.completedAtMs !== null) return undefined;
  const { rebuildAtMs, acceptedAtMs, leavesAtMs, startedAtMs, progressAtMs, releasedSeq } = blast;
  if (blast.state === "accepted" || blast.state === "freezing")
    return Math.max(acceptedAtMs, rebuildAtMs ?? 0) + stallMs + 1;
  const isReleased = blast.deliveries.some(({ state, seq }) => state === "pending" && seq <= releasedSeq);
  if (!isReleased || !runs(db, blast)) return undefined;
  return Math.max(leavesAtMs ?? 0, startedAtMs ?? 0, progressAtMs ?? 0, rebuildAtMs ?? 0) + stallMs + 1;
}

function feederDueMs(db: MemoryDatabase, blast: Blast, { blastWindow }: DueSettings): number | undefined {
  const { state, progress, releasedCount, eligible, feederUntilMs, leavesAtMs, feedAfterMs } = blast;
  if (blast.completedAtMs !== null || state === "accepted" || state === "freezing") return undefined;
  if (sumOf(progress) === blast.audienceSize) return db.nowMs();
  if (state !== "sending")
    return blast.deliveries.some((d) => d.state === "pending" || d.state === "retry")
      ? db.nowMs()
      : undefined;
  const room = blastWindow - outstandingOnLane(db, blast);
  const hasRoom = progress.retrying < blastWindow && room > 0;
  if (releasedCount >= eligible || !hasRoom || !runs(db, blast)) return undefined;
  return Math.max(feederUntilMs ?? 0, leavesAtMs ?? 0, feedAfterMs ?? 0) + 1;
}

function least<T>(rows: Iterable<T>, of: (row: T) => number | undefined): number | undefined {
  let found: number | undefined;
  for (const row of rows) {
    const value = of(row);
    if (value !== undefined && (found === undefined || value < found)) found = value;
  }
  return found;
}
