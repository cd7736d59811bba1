// Ten customers are a few milliseconds of work, and where all share two cores they wait for batches of five hundred at each step. So whoever accepts
// a blast says so, and for a moment large pieces that have not begun let it pass. They lose next to nothing by it: the work is there afterwards.

/** What large pieces wait for one announcement at most, ms: twice what ten customers take from the click to the provider when nothing is in their way. */
export const wayMs = 60;
/** Of the time, for each lane that may ask; so large work has 70 % of it to itself, however many small blasts there are. */
const part = 0.15;
/** What was not used is kept for so many announcements: those who press one after the other all have theirs. */
const kept = 3;
/** Deliveries of one batch that larger ones let pass: few rows are soon claimed and recorded. */
export const smallMost = 100;
// Within one window. More are let pass too, only that nobody watches for their end.
const maxWatched = 1_000;

/** Lanes whose blasts somebody waits for; `bulk` is in no hurry. */
export const wayLanes = ["urgent", "standard"] as const;
export type WayLane = (typeof wayLanes)[number];

/** Between small and large work, over all processes that hear the same announcements. */
export type RightOfWay = {
  /** A blast of this agency was just asked for; most are small. */
  wanted: (lane: WayLane, agencyId: string) => void;
  /** A small piece of this agency's has reached the provider. True when somebody was waiting for that. */
  over: (agencyId: string) => boolean;
  give: GiveWay;
  /** Since somebody asked last, ms; Infinity when nobody has. */
  quietMs: () => number;
};

/**
 * A large piece is about to begin: undefined when nothing was announced in the lanes (all unless said), else resolves when that is over, or its
 * time is. Never rejects.
 */
export type GiveWay = (lanes?: readonly WayLane[]) => Promise<void> | undefined;

/** `monotonicMs`: milliseconds that only go forward. */
export function createRightOfWay(monotonicMs: () => number): RightOfWay {
  const windows = { urgent: createWindow(monotonicMs), standard: createWindow(monotonicMs) };
  const all = Object.values(windows);
  let askedAtMs = -Infinity;
  return {
    wanted(lane, agencyId) {
      askedAtMs = monotonicMs();
      windows[lane].open(agencyId);
    },
    over: (agencyId) => all.map((window) => window.over(agencyId)).includes(true),
    // Once for what is open now: what opens meanwhile does not keep the same piece waiting again.
    give: (lanes = wayLanes) => {
      const closed = lanes.flatMap((lane) => windows[lane].closed() ?? []);
      return closed.length === 0 ? undefined : Promise.all(closed).then(() => undefined);
    },
    quietMs: () => monotonicMs() - askedAtMs,
  };
}

/** One lane's: open while something of it is under way, as far as its savings of time go. */
function createWindow(monotonicMs: () => number) {
  let savedMs = kept * wayMs;
  let savedAtMs = monotonicMs();
  let current: { sinceMs: number; timer: NodeJS.Timeout; agencies: Set<string> } | undefined;
  // As many as there are large pieces in work.
  const waiting: (() => void)[] = [];

  function open(agencyId: string): void {
    const nowMs = monotonicMs();
    if (current === undefined) {
      savedMs = Math.min(kept * wayMs, savedMs + part * (nowMs - savedAtMs));
      savedAtMs = nowMs;
    }
    const sinceMs = current?.sinceMs ?? nowMs;
    const forMs = Math.min(wayMs, savedMs - (nowMs - sinceMs));
    if (forMs < 1) return;
    clearTimeout(current?.timer);
    const agencies = current?.agencies ?? new Set();
    if (agencies.size < maxWatched) agencies.add(agencyId);
    current = { sinceMs, timer: setTimeout(close, forMs), agencies };
  }

  function close(): void {
    if (current === undefined) return;
    clearTimeout(current.timer);
    const nowMs = monotonicMs();
    savedMs -= nowMs - current.sinceMs;
    savedAtMs = nowMs;
    current = undefined;
    for (const go of waiting.splice(0)) go();
  }

  return {
    open,
    over(agencyId: string): boolean {
      const watched = current?.agencies.delete(agencyId) === true;
      if (watched && current?.agencies.size === 0) close();
      return watched;
    },
    closed: () => (current === undefined ? undefined : new Promise<void>((resolve) => waiting.push(resolve))),
  };
}
