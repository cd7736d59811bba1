/*
 * How many calls a sending domain bears just now. Two rules in one: the limit of calls at once rises by one with every accepted
 * call and is halved by a call that the provider could not take (AIMD), and a breaker opens after failures in a row, lets one probe
 * through when its time is over, and closes when the provider answers again. Times are milliseconds of a clock that only goes forward.
 */

export interface GovernorState {
  /** Calls at once. */
  limit: number;
  inFlight: number;
  /** Failures since the provider last answered. */
  failures: number;
  breaker: "closed" | "open" | "half_open";
  /** How often it opened without closing in between. */
  openings: number;
  /** Nothing goes before: the breaker is open, or the provider said when to come again. */
  blockedUntilMs: number;
  /** Calls that began before this moment have been counted by the last halving. */
  halvedAtMs: number;
}

/** What a call says about the domain: it took mail; it is alive and refused this mail; it takes no more just now; it failed; nothing. */
export type CallResult = "accepted" | "alive" | "refused" | "failed" | "nothing";

export type Admission =
  /** `probe`: the only call until it is answered; make it a small one. */
  | { kind: "go"; probe: boolean }
  | { kind: "wait"; delayMs: number; /** Only full: a place may be free in a moment. */ full: boolean };

// In a row and without an acceptance between them: fewer may be one restart of a provider's machine that had several of our connections.
const failuresThatOpen = 5;
const firstOpenMs = 1_000;
// A provider that comes back is noticed within this time; what waits meanwhile is written once in it.
const longestOpenMs = 30_000;
// A provider that names a later time is asked again all the same: the window may have been widened.
const longestToldMs = 10 * 60_000;
// From one call that was alone when it failed nothing follows for many.
const leastBorne = 16;
// A few calls' time. Sooner would be writing back and forth.
const fullDelayMs = 1_000;
// A probe is answered within this time, or its failure says when the next one goes.
const probeDelayMs = 1_000;

export function startGovernor(maxCalls: number): GovernorState {
  return {
    limit: maxCalls, inFlight: 0, failures: 0, breaker: "closed", openings: 0, blockedUntilMs: Number.NEGATIVE_INFINITY,
    halvedAtMs: Number.NEGATIVE_INFINITY,
  }; // prettier-ignore
}

/** Asks for a place. With `go` the place is taken and must be given back by `leave`. */
export function enter(state: GovernorState, nowMs: number): { state: GovernorState; admission: Admission } {
  const wait = (delayMs: number, full = false) => ({
    state,
    admission: { kind: "wait" as const, delayMs, full },
  });
  if (nowMs < state.blockedUntilMs) return wait(state.blockedUntilMs - nowMs);
  if (state.breaker === "half_open") return wait(probeDelayMs);
  const taken = { ...state, inFlight: state.inFlight + 1 };
  if (state.breaker === "open")
    return { state: { ...taken, breaker: "half_open" }, admission: { kind: "go", probe: true } };
  if (state.inFlight >= state.limit) return wait(fullDelayMs, true);
  return { state: taken, admission: { kind: "go", probe: false } };
}

/** Gives a place back. A probe that learned nothing leaves the breaker open for the next one. */
export function leave(state: GovernorState, probe: boolean): GovernorState {
  const breaker = probe && state.breaker === "half_open" ? "open" : state.breaker;
  return { ...state, breaker, inFlight: Math.max(0, state.inFlight - 1) };
}

/** Whether a further call of somebody who has a place may go. */
export function mayCall(state: GovernorState, nowMs: number): boolean {
  return state.breaker !== "open" && nowMs >= state.blockedUntilMs;
}

export interface CallEnd {
  result: CallResult;
  startedMs: number;
  nowMs: number;
  /** When the provider said to come again. */
  retryAfterMs?: number | undefined;
  maxCalls: number;
  /** In [0, 1). */
  random: number;
}

/** Learns from the answer to one call. */
export function learn(state: GovernorState, end: CallEnd): GovernorState {
  switch (end.result) {
    case "nothing":
      return state;
    case "alive":
      return { ...state, failures: 0, ...closed(state) };
    case "accepted":
      return {
        ...state,
        failures: 0,
        ...closed(state),
        limit: Math.min(end.maxCalls, state.limit + 1),
      };
    case "refused":
    case "failed":
      return fail(state, end);
    default:
      return unreachable(end.result);
  }
}

function closed({ breaker, openings }: GovernorState): Pick<GovernorState, "breaker" | "openings"> {
  // A late answer to a call from before it opened says nothing about now; the probe does.
  return breaker === "open" ? { breaker, openings } : { breaker: "closed", openings: 0 };
}

function fail(
  state: GovernorState,
  { result, startedMs, nowMs, retryAfterMs = 0, random }: CallEnd,
): GovernorState {
  // All calls of one bad moment halve the limit once, not each.
  const first = startedMs >= state.halvedAtMs;
  // Nor is it more than one failure that several were too many; that a provider refuses whenever it is asked, is.
  const failures = state.failures + (result === "failed" || first ? 1 : 0);
  // The limit may be far above what was ever under way; what it bore is what there was.
  const bore = Math.min(state.limit, Math.max(leastBorne, state.inFlight));
  const halved = first ? { limit: Math.max(1, Math.floor(bore / 2)), halvedAtMs: nowMs } : {};
  const told = retryAfterMs > 0 ? nowMs + Math.min(longestToldMs, retryAfterMs) : Number.NEGATIVE_INFINITY;
  const next = {
    ...state,
    ...halved,
    failures,
    blockedUntilMs: Math.max(state.blockedUntilMs, told),
  };
  const opens = state.breaker === "half_open" || (state.breaker === "closed" && failures >= failuresThatOpen);
  if (!opens) return next;
  // Half of it is jitter, so that instances do not probe together.
  const openMs =
    Math.min(longestOpenMs, firstOpenMs * 2 ** Math.min(state.openings, 10)) * (0.5 + random / 2);
  return {
    ...next,
    breaker: "open",
    openings: state.openings + 1,
    blockedUntilMs: Math.max(next.blockedUntilMs, nowMs + openMs),
  };
}

function unreachable(result: never): never {
  throw new Error(`No lesson from ${JSON.stringify(result)}`);
}
