/*
 * How many mails a second a sending domain bears. Nothing is known, and nothing held back, until the provider refuses a call for its rate. The first
 * refusal gives a guess, which doubles until the next. From then on each sets the pace just below what was taken lately, and it rises as in RFC 9438
 * (CUBIC) quickly back to where it was refused, long near it, and a little beyond; then it doubles, for the provider may bear more by now. It
 * doubles no further than what is sent bears out: time alone proves nothing. Pure; times are milliseconds of a clock that only goes forward.
 */

export interface PaceState {
  /** Mails a second at the last refusal; the curve rises back to it. Undefined: no limit is known. */
  refusedPerS: number | undefined;
  /** Nothing was taken before that refusal, or between it and the one before: what the provider takes is a guess as yet. */
  guessed: boolean;
  tookSinceCut: boolean;
  /** The first refusal that is remembered. */
  foundAtMs: number;
  /** Where the curve begins. */
  cutAtMs: number;
  /** Mails that may leave now; below zero when some were promised ahead. */
  room: number;
  filledAtMs: number;
  /** Up to here the time of mails that were sent back to wait is given away. Urgent ones have a line of their own, before the others. */
  bookedUntilMs: Record<Line, number>;
  /** What the provider took: in the span that runs, and in the one before. */
  taken: { sinceMs: number; mails: number; before: number };
}

export type Line = "urgent" | "others";

/** Leave to send so many, after a moment; or none, and the others come again between two moments. */
export interface Grant {
  mails: number;
  /** Until the mails may leave; within the patience that was asked with. */
  delayMs: number;
}

/** When mails that were not granted come again: spread evenly over a stretch of time. */
export interface Booking {
  delayMs: number;
  spreadMs: number;
}

// Just below: what one refusal takes off.
const cut = 0.95;
// The most that one takes off.
const deepestCut = 0.7;
// From a cut back to where it was refused.
const backMs = 12_000;
// So far above it the provider bears more than it did, and what it bears now is to be found soon.
const probed = 1.1;
const probedMs = backMs * (1 + Math.cbrt((probed - 1) / (1 - cut)));
const doublesMs = 5_000;
// Little was sent before a first refusal, perhaps; the next one tells.
const guessDoublesMs = 2_000;
// A pace of which no more than this part was used is but a hope, and would take as many refusals to come down as it had doublings.
const mostUnproven = 4;
// What was taken is counted over one to two of these.
const spanMs = 5_000;
// Less says nothing about a rate: a provider's bucket that was full takes more in a moment than in a second.
const shortestMs = 1_000;
// What may leave at once after a pause. Providers count by the second or longer.
const burstMs = 500;
// A provider that took nothing for so long without refusing either has forgotten its limit, and so do we.
const forgetMs = 10 * 60_000;
// Fewer is no pace but a provider that fails, and for that there is the governor.
const leastPerS = 20;
// Who waits comes back a little faster than the pace, or no more than it would ever be asked for.
const overbooked = 1.1;
// No wait is longer, for the pace may be found to be higher meanwhile.
const longestBookingMs = 60_000;
// While it is being found it may be far too low, and who waits long then is missing where there is room. Who comes too early is told another time,
// which costs a row's write.
const findingMs = 30_000;
const longestWhileFindingMs = 10_000;

export function startPace(nowMs: number): PaceState {
  return {
    refusedPerS: undefined, guessed: false, tookSinceCut: false, foundAtMs: nowMs, cutAtMs: nowMs, room: 0, filledAtMs: nowMs, bookedUntilMs: { urgent: nowMs, others: nowMs },
    taken: { sinceMs: nowMs, mails: 0, before: 0 },
  }; // prettier-ignore
}

/** Mails a second now; infinite while no limit is known, and never fewer than a pace is for. */
export function paceAt(state: PaceState, nowMs: number): number {
  const { refusedPerS } = state;
  if (refusedPerS === undefined) return Number.POSITIVE_INFINITY;
  const borneOut = Math.max(probed * refusedPerS, mostUnproven * tookPerS(turn(state, nowMs).taken, nowMs));
  return Math.max(leastPerS, Math.min(refusedPerS * riseAt(state, nowMs), borneOut));
}

/** The curve: how many times what was refused. */
function riseAt({ guessed, cutAtMs }: PaceState, nowMs: number): number {
  const sinceMs = nowMs - cutAtMs;
  if (guessed) return 2 ** (sinceMs / guessDoublesMs);
  if (sinceMs > probedMs) return probed * 2 ** ((sinceMs - probedMs) / doublesMs);
  return 1 + (1 - cut) * (sinceMs / backMs - 1) ** 3;
}

/** Asks to send `wanted` mails within `patienceMs`. What is granted is taken off, also when it is not used in the end. */
export function grant(
  state: PaceState,
  wanted: number,
  nowMs: number,
  patienceMs: number,
): { state: PaceState; grant: Grant } {
  const filled = fill(state, nowMs);
  if (filled.refusedPerS === undefined) return { state: filled, grant: { mails: wanted, delayMs: 0 } };
  const perMs = paceAt(filled, nowMs) / 1_000;
  const mails = Math.max(0, Math.min(wanted, Math.floor(filled.room + perMs * patienceMs)));
  // Behind those who were promised room before.
  const delayMs = Math.max(0, (mails - filled.room) / perMs);
  return mails === 0
    ? { state: filled, grant: { mails, delayMs: 0 } }
    : {
        state: { ...filled, room: filled.room - mails },
        grant: { mails, delayMs: Math.min(patienceMs, delayMs) },
      };
}

/** Gives time to mails that were not granted, behind those of their line that were sent back before. */
export function book(
  state: PaceState,
  mails: number,
  nowMs: number,
  line: Line,
): { state: PaceState; booking: Booking } {
  const filled = fill(state, nowMs);
  const perMs = (paceAt(filled, nowMs) / 1_000) * overbooked;
  const fromMs = Math.max(nowMs - Math.min(0, filled.room) / perMs, filled.bookedUntilMs[line]);
  const longestMs = nowMs - filled.foundAtMs < findingMs ? longestWhileFindingMs : longestBookingMs;
  const spreadMs = Math.min(longestMs, mails / perMs);
  const delayMs = Math.min(longestMs, fromMs - nowMs);
  const untilMs = Math.min(nowMs + longestMs, fromMs + spreadMs);
  return {
    state: { ...filled, bookedUntilMs: { ...filled.bookedUntilMs, [line]: untilMs } },
    booking: { delayMs, spreadMs },
  };
}

/** The provider took so many. */
export function took(state: PaceState, mails: number, nowMs: number): PaceState {
  const { taken } = turn(state, nowMs);
  return { ...state, tookSinceCut: true, taken: { ...taken, mails: taken.mails + mails } };
}

/** The provider refused a call of so many, begun at `startedMs`, for its rate. Calls of one bad moment cut once. */
export function refused(
  state: PaceState,
  { mails, startedMs, nowMs }: { mails: number; startedMs: number; nowMs: number },
): PaceState {
  if (state.refusedPerS !== undefined && startedMs < state.cutAtMs) return state;
  const { taken } = turn(state, nowMs);
  // What was taken may be little because little was sent: one moment takes off a part and not nearly all.
  const leastBore = state.refusedPerS === undefined ? mails / 2 : paceAt(state, nowMs) * deepestCut;
  const bore = Math.min(paceAt(state, nowMs), Math.max(tookPerS(taken, nowMs), leastBore));
  return {
    ...state,
    taken,
    refusedPerS: Math.max(leastPerS, bore),
    foundAtMs: state.refusedPerS === undefined ? nowMs : state.foundAtMs,
    guessed: state.refusedPerS === undefined || !state.tookSinceCut,
    tookSinceCut: false,
    cutAtMs: nowMs,
    room: Math.min(0, state.room),
    filledAtMs: nowMs,
  };
}

function fill(state: PaceState, nowMs: number): PaceState {
  const { refusedPerS, cutAtMs, filledAtMs } = state;
  if (refusedPerS === undefined) return state;
  if (nowMs - Math.max(cutAtMs, filledAtMs) > forgetMs) return startPace(nowMs);
  const perMs = paceAt(state, nowMs) / 1_000;
  const room = Math.min(Math.max(1, perMs * burstMs), state.room + perMs * (nowMs - filledAtMs));
  return { ...state, room, filledAtMs: nowMs };
}

function tookPerS({ sinceMs, mails, before }: PaceState["taken"], nowMs: number): number {
  const overMs = Math.max(shortestMs, nowMs - sinceMs + (before > 0 ? spanMs : 0));
  return ((mails + before) * 1_000) / overMs;
}

/** Begins a new span when the old one is over. */
function turn({ taken }: PaceState, nowMs: number): Pick<PaceState, "taken"> {
  const over = nowMs - taken.sinceMs;
  if (over < spanMs) return { taken };
  return {
    taken: {
      sinceMs: nowMs - (over < 2 * spanMs ? over - spanMs : 0),
      mails: 0,
      before: over < 2 * spanMs ? taken.mails : 0,
    },
  };
}
