// One sending domain at the provider, as this instance knows it: how many calls at once it bears, how many mails a second, and how many retries.
import {
  enter,
  learn,
  leave,
  mayCall,
  startGovernor,
  type Admission,
  type CallResult,
} from "#core/domain/back-pressure/governor.ts";
import {
  book,
  grant,
  refused,
  startPace,
  took,
  type Line,
  type PaceState,
} from "#core/domain/back-pressure/pace.ts";
import { emptyBudget, noteFirstTries, spendRetry } from "#core/domain/back-pressure/retry-budget.ts";
import { accountReasons, type ProviderAnswer } from "#core/domain/delivery/answer.ts";

/** How many mails the provider has room for, and when the others come again. */
export interface Room {
  claimMax: number;
  /** At the earliest. */
  delayMs?: number;
  /** Over so much time behind it; some seconds when absent. */
  spreadMs?: number;
  /** So long nothing more of their blast is released; until the first of them comes again when absent. */
  feedAfterMs?: number;
}

/** Leave to call the provider for a domain, or none; `room` says for how many, and when the others come again. */
export type Pass =
  | { kind: "wait"; room: Room }
  | {
      kind: "go";
      room: Room;
      /** False when the breaker opened meanwhile. */
      mayCall: () => boolean;
      /** Of a call to so many, begun at `startedMs`. */
      answered: (answer: ProviderAnswer, startedMs: number, mails: number) => void;
      firstTries: (count: number) => void;
      /** How much longer than usual a retry waits, by the reason of the last try's end. */
      retryDelayMs: (reason: string) => number;
      /** Gives the place back; must be called, once. */
      leave: () => void;
    };

export interface SendingDomain {
  enter: (mails: number, line: Line, signal: AbortSignal) => Promise<Pass>;
  /** Whether its breaker is not closed. */
  isOpen: () => boolean;
}

export interface SendingDomainDeps {
  maxCalls: number;
  monotonicMs: () => number;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** Told after each call. */
  onAnswer: (kind: ProviderAnswer["kind"], seconds: number) => void;
  /** Told when the breaker opened or closed. */
  onBreaker: () => void;
}

// Some calls' time. Whoever waits keeps a batch from its end, and with it other agencies: longer waits are for rows.
const patienceMs = 300;
// The urgent may promise themselves more than the others ever take, so that however many of those come there is room for them.
const pacePatienceMs: Record<Line, number> = { urgent: 2 * patienceMs, others: patienceMs };
// Other instances may have room while this one has none: what they may have of a blast is not ours to hold back. Whoever finds none sets it aside.
const longestUnfedMs = 1_000;
// What says nothing about the provider: we did not ask, or did not wait for the answer.
const ownReasons = new Set(["aborted", "lease_too_short", "provider_busy"]);
const rateReasons = new Set(["rate_limited", "over_limit"]);
// Such a retry is no more load than its pace allows, or its last try was none: the budget is for a provider that fails.
const pacedReasons = new Set([...rateReasons, "provider_busy"]);
// Whether the provider is back one mail tells as well as a thousand; by then the others have their turn.
const probing: Room = { claimMax: 1, delayMs: 2_000 };

export function createSendingDomain(deps: SendingDomainDeps): SendingDomain {
  const { maxCalls, monotonicMs, wait, random } = deps;
  let governor = startGovernor(maxCalls);
  let pace = startPace(monotonicMs());
  let budget = emptyBudget;
  /** Those that wait for a place, by their order; no more than there are batches in work. */
  let waiting: (() => void)[] = [];

  function ask(): Admission {
    const asked = enter(governor, monotonicMs());
    governor = asked.state;
    return asked.admission;
  }

  /** A place, within our patience; or when to come again. */
  async function place(signal: AbortSignal): Promise<Admission> {
    const untilMs = monotonicMs() + patienceMs;
    for (;;) {
      const admission = ask();
      const leftMs = untilMs - monotonicMs();
      if (admission.kind === "go" || !admission.full || leftMs <= 0) return admission;
      const { promise: freed, resolve: wake } = Promise.withResolvers<void>();
      waiting.push(wake);
      try {
        await Promise.race([freed, wait(leftMs, signal)]);
      } finally {
        waiting = waiting.filter((each) => each !== wake);
      }
    }
  }

  function giveBack(probe: boolean): void {
    governor = leave(governor, probe);
    waiting.shift()?.();
  }

  /** What the pace has room for now or in a moment; then the moment is over. The others get a time. */
  async function roomFor(mails: number, line: Line, signal: AbortSignal): Promise<Room> {
    const granted = grant(pace, mails, monotonicMs(), pacePatienceMs[line]);
    pace = granted.state;
    const { mails: claimMax, delayMs } = granted.grant;
    if (delayMs > 0) await wait(delayMs, signal);
    // Somebody else's call may have failed while we waited: to claim now would be a try that is not made.
    if (!mayCall(governor, monotonicMs()))
      return { claimMax: 0, delayMs: Math.max(0, governor.blockedUntilMs - monotonicMs()) };
    if (claimMax === mails) return { claimMax };
    const booked = book(pace, mails - claimMax, monotonicMs(), line);
    pace = booked.state;
    return {
      claimMax,
      ...booked.booking,
      feedAfterMs: Math.min(longestUnfedMs, booked.booking.delayMs),
    };
  }

  function learnFrom(answer: ProviderAnswer, startedMs: number, mails: number, probe: boolean): void {
    const nowMs = monotonicMs();
    const wasOpen = isOpen();
    pace = learnPace(pace, answer, { mails, startedMs, nowMs, probe });
    const retryAfterMs = answer.kind === "retryable" ? answer.retryAfterMs : undefined;
    governor = learn(governor, {
      result: resultOf(answer), startedMs, nowMs, retryAfterMs, maxCalls, random: random(),
    }); // prettier-ignore
    deps.onAnswer(answer.kind, (nowMs - startedMs) / 1_000);
    if (isOpen() !== wasOpen) deps.onBreaker();
  }

  const isOpen = () => governor.breaker !== "closed";

  function go(room: Room, probe: boolean): Pass {
    return {
      kind: "go",
      room,
      mayCall: () => mayCall(governor, monotonicMs()),
      answered: (answer, startedMs, mails) => learnFrom(answer, startedMs, mails, probe),
      firstTries(count) {
        budget = noteFirstTries(budget, count, monotonicMs());
      },
      retryDelayMs(reason) {
        if (pacedReasons.has(reason)) return 0;
        const spent = spendRetry(budget, monotonicMs(), random());
        budget = spent.budget;
        return spent.extraDelayMs;
      },
      leave: () => giveBack(probe),
    };
  }

  return {
    isOpen,
    async enter(mails, line, signal) {
      const admission = await place(signal);
      if (admission.kind === "wait")
        return { kind: "wait", room: { claimMax: 0, delayMs: admission.delayMs } };
      const { probe } = admission;
      let pass: Pass | undefined;
      try {
        const room = probe ? probing : await roomFor(mails, line, signal);
        pass = room.claimMax > 0 ? go(room, probe) : { kind: "wait", room };
      } finally {
        if (pass?.kind !== "go") giveBack(probe);
      }
      return pass;
    },
  };
}

function learnPace(
  pace: PaceState,
  answer: ProviderAnswer,
  { probe, ...call }: { mails: number; startedMs: number; nowMs: number; probe: boolean },
): PaceState {
  if (answer.kind === "accepted") return took(pace, call.mails, call.nowMs);
  // A probe is one mail after a pause. That even it is refused says that the provider is not back, and nothing of a rate.
  if (probe || answer.kind !== "retryable" || !rateReasons.has(answer.reason)) return pace;
  return refused(pace, call);
}

function resultOf(answer: ProviderAnswer): CallResult {
  if (answer.kind === "accepted") return "accepted";
  if (ownReasons.has(answer.reason)) return "nothing";
  if (rateReasons.has(answer.reason)) return "refused";
  if (answer.kind === "rejected") return accountReasons.has(answer.reason) ? "failed" : "alive";
  return "failed";
}
