// One governor for each sending domain, in this process. What several instances learn they learn each for itself, within a few calls.
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
import {
  emptyBudget,
  noteFirstTries,
  spendRetry,
  type RetryBudget,
} from "#core/domain/back-pressure/retry-budget.ts";
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import { accountReasons } from "#core/domain/delivery/answer.ts";

/** Leave to call the provider for a domain, or how long to wait before asking again. */
export type Pass =
  | { kind: "wait"; delayMs: number }
  | {
      kind: "go";
      /** The breaker is open and this is its probe: send to one. */
      probe: boolean;
      /** False when the breaker opened meanwhile. */
      mayCall: () => boolean;
      answered: (answer: ProviderAnswer, startedMs: number) => void;
      firstTries: (count: number) => void;
      /** How much longer than usual a retry waits. */
      retryDelayMs: () => number;
      /** Gives the place back; must be called, once. */
      leave: () => void;
    };

export interface Governors {
  /** Waits a moment for a place when all are taken; never for a provider that fails. */
  enter: (domain: string) => Promise<Pass>;
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

  function open(): number {
    let count = 0;
    for (const { state } of domains.values()) if (state.breaker !== "closed") count += 1;
    return count;
  }

  return {
    open,
    async enter(name) {
      const domain = domainOf(name);
      const giveUpAtMs = monotonicMs() + patienceMs;
      let admission = ask(domain);
      while (admission.kind === "wait" && admission.full && monotonicMs() < giveUpAtMs) {
        await place(domain, giveUpAtMs - monotonicMs());
        admission = ask(domain);
      }
      if (admission.kind === "wait") return admission;
      const { probe } = admission;
      return {
        kind: "go",
        probe,
        mayCall: () => mayCall(domain.state, monotonicMs()),
        answered(answer, startedMs) {
          const nowMs = monotonicMs();
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
        leave() {
          domain.state = leave(domain.state, probe);
          for (const wake of domain.waiting) {
            wake();
            break;
          }
        },
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

function resultOf(answer: ProviderAnswer): CallResult {
  if (answer.kind === "accepted") return "accepted";
  if (ownReasons.has(answer.reason)) return "nothing";
  if (answer.kind === "rejected") return accountReasons.has(answer.reason) ? "failed" : "alive";
  return "failed";
}
