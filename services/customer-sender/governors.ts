// One governor and one pace for each sending domain, in this process. What several instances learn they learn each for itself, within a few calls.
import { setTimeout as wait } from "node:timers/promises";
import {
  enter,
  learn,
  leave,
  mayCall,
  startGovernor,
  type Admission,
  type CallResult,
  type GovernorState,
} from "#core/domain/back-pressure/governor.ts";
import { book, grant, refused, startPace, took, type PaceState } from "#core/domain/back-pressure/pace.ts";
import {
  emptyBudget,
  noteFirstTries,
  spendRetry,
  type RetryBudget,
} from "#core/domain/back-pressure/retry-budget.ts";
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import { accountReasons } from "#core/domain/delivery/answer.ts";

/** How many mails the provider has room for, and when the others come again. */
export interface Room {
  claimMax: number;
  /** At the earliest. */
  delayMs?: number;
  /** Over so much time behind it; some seconds when absent. */
  spreadMs?: number;
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
      /** How much longer than usual a retry waits. */
      retryDelayMs: () => number;
      /** Gives the place back; must be called, once. */
      leave: () => void;
    };

export interface Governors {
  /** For a batch of so many. Waits a moment for a place when all are taken; never for a provider that fails. */
  enter: (domain: string, mails: number) => Promise<Pass>;
  /** Domains whose breaker is not closed. */
  open: () => number;
}

/** What is told to metrics. */
export interface ProviderMeter {
  answered: (kind: ProviderAnswer["kind"], seconds: number) => void;
  openBreakers: (count: number) => void;
}

interface Domain {
  state: GovernorState;
  pace: PaceState;
  budget: RetryBudget;
  /** Those that wait for a place. */
  waiting: Set<() => void>;
}

// A domain's state is a few numbers. Beyond so many, those that were asked for longest ago begin anew.
const maxDomains = 5_000;
// Some calls' time. Whoever waits keeps a batch from its end, and with it other agencies: longer waits are for rows.
const patienceMs = 300;
// What says nothing about the provider: we did not ask, or did not wait for the answer.
const ownReasons = new Set(["aborted", "lease_too_short", "provider_busy"]);
const rateReasons = new Set(["rate_limited", "over_limit"]);
// Whether the provider is back one mail tells as well as a thousand; by then the others have their turn.
const probing: Room = { claimMax: 1, delayMs: 2_000 };

export function createGovernors(o: {
  maxCalls: number;
  monotonicMs: () => number;
  random: () => number;
  meter?: ProviderMeter | undefined;
}): Governors {
  const { maxCalls, monotonicMs, random, meter } = o;
  const domains = new Map<string, Domain>();

  function domainOf(name: string): Domain {
    const domain = domains.get(name) ?? {
      state: startGovernor(maxCalls),
      pace: startPace(monotonicMs()),
      budget: emptyBudget,
      waiting: new Set(),
    };
    domains.delete(name);
    domains.set(name, domain);
    if (domains.size > maxDomains) domains.delete(domains.keys().next().value!);
    return domain;
  }

  function ask(domain: Domain): Admission {
    const { state, admission } = enter(domain.state, monotonicMs());
    domain.state = state;
    return admission;
  }

  function giveUp(domain: Domain, probe: boolean): void {
    domain.state = leave(domain.state, probe);
    for (const wake of domain.waiting) {
      wake();
      break;
    }
  }

  /** What the pace has room for now or in a moment; then the moment is over. The others get a time. */
  async function roomOf(domain: Domain, mails: number): Promise<Room> {
    const granted = grant(domain.pace, mails, monotonicMs(), patienceMs);
    domain.pace = granted.state;
    const { mails: claimMax, delayMs } = granted.grant;
    if (claimMax === mails && delayMs === 0) return { claimMax };
    const booked = book(domain.pace, mails - claimMax, monotonicMs());
    domain.pace = booked.state;
    if (delayMs > 0) await wait(delayMs);
    return { claimMax, ...booked.booking };
  }

  function open(): number {
    let count = 0;
    for (const { state } of domains.values()) if (state.breaker !== "closed") count += 1;
    return count;
  }

  return {
    open,
    async enter(name, mails) {
      const domain = domainOf(name);
      const giveUpAtMs = monotonicMs() + patienceMs;
      let admission = ask(domain);
      while (admission.kind === "wait" && admission.full && monotonicMs() < giveUpAtMs) {
        await place(domain, giveUpAtMs - monotonicMs());
        admission = ask(domain);
      }
      if (admission.kind === "wait")
        return { kind: "wait", room: { claimMax: 0, delayMs: admission.delayMs } };
      const { probe } = admission;
      const room = probe ? probing : await roomOf(domain, mails);
      if (room.claimMax === 0) {
        giveUp(domain, probe);
        return { kind: "wait", room };
      }
      return {
        kind: "go",
        room,
        mayCall: () => mayCall(domain.state, monotonicMs()),
        answered(answer, startedMs, sent) {
          const nowMs = monotonicMs();
          domain.pace = learnPace(domain.pace, answer, { mails: sent, startedMs, nowMs });
          const retryAfterMs = answer.kind === "retryable" ? answer.retryAfterMs : undefined;
          domain.state = learn(domain.state, {
            result: resultOf(answer), startedMs, nowMs, retryAfterMs, maxCalls, random: random(),
          }); // prettier-ignore
          meter?.answered(answer.kind, (nowMs - startedMs) / 1_000);
          meter?.openBreakers(open());
        },
        firstTries(count) {
          domain.budget = noteFirstTries(domain.budget, count, monotonicMs());
        },
        retryDelayMs() {
          const spent = spendRetry(domain.budget, monotonicMs(), random());
          domain.budget = spent.budget;
          return spent.extraDelayMs;
        },
        leave: () => giveUp(domain, probe),
      };
    },
  };
}

/** Resolves when somebody gave a place back, or after `maxMs`. */
function place({ waiting }: Domain, maxMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, maxMs);
    waiting.add(wake);
  });
}

function learnPace(
  pace: PaceState,
  answer: ProviderAnswer,
  call: { mails: number; startedMs: number; nowMs: number },
): PaceState {
  if (answer.kind === "accepted") return took(pace, call.mails, call.nowMs);
  return answer.kind === "retryable" && rateReasons.has(answer.reason) ? refused(pace, call) : pace;
}

function resultOf(answer: ProviderAnswer): CallResult {
  if (answer.kind === "accepted") return "accepted";
  if (ownReasons.has(answer.reason)) return "nothing";
  if (answer.kind === "rejected") return accountReasons.has(answer.reason) ? "failed" : "alive";
  return "failed";
}
