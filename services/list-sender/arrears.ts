// How far each agency of a lane is behind the others. One whose blast was long in being frozen while others were already fed is owed what it would
// have had meanwhile: fair is counted from the moment the button was pressed. This is start-time fair queueing (Goyal, Vin, Cheng 1996), kept
// in memory: another feeder, or the next after a restart, begins without debts, and shares as they are.
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";

/** Of one lane and feeder. Counts are deliveries for a weight of 1. */
export type Arrears = {
  /** What each of these blasts' agencies is behind the one that had most; agencies that are not behind are missing. */
  owed(blasts: readonly FedBlast[], nowMs: number): ReadonlyMap<string, number>;
  /** So much was released. */
  had(blast: FedBlast, count: number): void;
};

// Nobody waits longer than for this while another catches up: two seconds of a small house. What is owed beyond it is forgiven.
const mostOwed = 10_000;
// What agencies differ by within the order of a queue anyway.
const notWorthIt = 250;
// A round looks at each of its agencies every 20 to 150 ms; who has not been seen for this long has no backlog just now and is no measure.
const hereForMs = 500;
// Who was away for longer has had no use for his turns.
const forgottenAfterMs = 10_000;
// How long ago a blast that comes now may have been ordered: freezing a million takes some fifteen seconds.
const lookBackMs = 60_000;
// Two or three rounds.
const lookBackStepMs = 50;

export function createArrears(): Arrears {
  const agencies = new Map<string, { had: number; seenMs: number }>();
  // What the one who had least had had at a time; oldest first, a step apart.
  const least: { atMs: number; had: number }[] = [];

  const leastAt = (atMs: number) => (least.findLast((each) => each.atMs <= atMs) ?? least[0])?.had ?? 0;

  function arrive(blasts: readonly FedBlast[], nowMs: number): void {
    for (const { agency_id, released_seq, waited_ms } of blasts) {
      const known = agencies.get(agency_id);
      if (known !== undefined) known.seenMs = nowMs;
      // One that comes back, from a pause for example, is owed nothing.
      else
        agencies.set(agency_id, {
          had: leastAt(released_seq === 0 ? nowMs - waited_ms : nowMs),
          seenMs: nowMs,
        });
    }
  }

  function note(had: number, nowMs: number): void {
    const last = least.at(-1);
    if (last !== undefined && nowMs - last.atMs < lookBackStepMs) return;
    least.push({ atMs: nowMs, had });
    if (least[0]!.atMs < nowMs - lookBackMs) least.shift();
  }

  return {
    owed(blasts, nowMs) {
      for (const [id, { seenMs }] of agencies) if (seenMs < nowMs - forgottenAfterMs) agencies.delete(id);
      arrive(blasts, nowMs);
      const here = () => agencies.values().filter(({ seenMs }) => seenMs >= nowMs - hereForMs);
      const most = here().reduce((max, { had }) => Math.max(max, had), 0);
      const owed = new Map<string, number>();
      for (const { agency_id: id, in_flight_max, allowance } of blasts) {
        const agency = agencies.get(id)!;
        // Who is held back by an operator's limit, and not by the others, catches nothing up.
        agency.had =
          in_flight_max === null && allowance === null ? Math.max(agency.had, most - mostOwed) : most;
        if (most - agency.had > notWorthIt) owed.set(id, most - agency.had);
      }
      note(
        here().reduce((min, { had }) => Math.min(min, had), most),
        nowMs,
      );
      return owed;
    },
    had({ agency_id, weight }, count) {
      const agency = agencies.get(agency_id);
      if (agency !== undefined) agency.had += count / weight;
    },
  };
}
