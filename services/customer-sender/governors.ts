// The sending domains that this process knows. What several instances learn they learn each for itself, within a few calls.
import type { Line } from "#core/domain/back-pressure/pace.ts";
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import { createSendingDomain, type Pass, type SendingDomain } from "./sending-domain.ts";

export interface Governors {
  /** For a batch of so many. Waits a moment for a place and for its turn; never for a provider that fails. Throws when `signal` ends a wait. */
  enter: (domain: string, mails: number, line: Line, signal: AbortSignal) => Promise<Pass>;
}

/** What is told to metrics. */
export interface ProviderMeter {
  answered: (kind: ProviderAnswer["kind"], seconds: number) => void;
  /** Domains whose breaker is not closed; told when it changes. */
  openBreakers: (count: number) => void;
}

// A domain's state is a few numbers. Beyond so many, those that were asked for longest ago begin anew.
const maxDomains = 5_000;

export function createGovernors(o: {
  maxCalls: number;
  /** Milliseconds that only go forward, and `wait` by the same clock; it rejects when the signal is aborted. */
  monotonicMs: () => number;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  meter?: ProviderMeter | undefined;
}): Governors {
  const { maxCalls, monotonicMs, wait, random, meter } = o;
  const domains = new Map<string, SendingDomain>();

  function domainOf(name: string): SendingDomain {
    const domain =
      domains.get(name) ??
      createSendingDomain({
        maxCalls, monotonicMs, wait, random, onAnswer: (kind, seconds) => meter?.answered(kind, seconds), onBreaker: countOpen,
      }); // prettier-ignore
    domains.delete(name);
    domains.set(name, domain);
    if (domains.size > maxDomains) {
      domains.delete(domains.keys().next().value!);
      countOpen();
    }
    return domain;
  }

  function countOpen(): void {
    meter?.openBreakers([...domains.values()].filter((domain) => domain.isOpen()).length);
  }

  return { enter: (name, mails, line, signal) => domainOf(name).enter(mails, line, signal) };
}
