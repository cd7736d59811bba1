// Which faults a history has, and how often. Each history draws a few kinds (swarm testing, Groce et al. 2012): one with everything at once
// finds less than many that differ.
import type { Chance } from "../engine/chance.ts";

/** Probabilities are per opportunity; counts are per history. */
export type Faults = {
  /** False once the faults have stopped. */
  on: boolean;
  /** A process dies at a boundary of an effect. */
  crash: number;
  /** It is stopped there (SIGSTOP, a long collection of garbage, a virtual machine that moves). */
  freeze: number;
  /** It is stopped when the provider has answered and before it hears of it. */
  freezeAfterSend: number;
  /** Times that a process is stopped as a whole, and for how long at most. */
  stops: number;
  stopMaxMs: number;
  /** An answer takes long. */
  slow: number;
  /** The connection to the database breaks before, or after, the commit. */
  databaseBefore: number;
  databaseAfter: number;
  /** After the commit of what the provider answered. */
  recordUnanswered: number;
  databaseOutages: number;
  publishRefused: number;
  /** Stored, but the answer is lost. */
  publishUnanswered: number;
  publishHalf: number;
  duplicate: number;
  delay: number;
  reorder: boolean;
  ackLost: number;
  /** Handed out again while somebody works on it. */
  handedTwice: number;
  wipes: number;
  brokerOutages: number;
  /** A worker's clock is off by up to this. */
  clockMaxMs: number;
  answerLost: number;
  /** 5xx, taken or not. */
  serverError: number;
  /** The answer comes late, but in time. */
  providerSlow: number;
  rateLimited: number;
  providerOutages: number;
  /** Once for an hour. */
  longOutage: boolean;
  badAddress: number;
  logAway: number;
  logIncomplete: number;
  logLagMaxMs: number;
  webhookLost: number;
  webhookTwice: number;
  webhookDelayMaxMs: number;
};

const minuteMs = 60_000;

export function drawFaults(chance: Chance, o: { horizonMs: number; leaseMs: number }): Faults {
  // One in sixteen has none: there, everybody must get their mail without further ado.
  const none = chance.hits(1 / 16);
  const some = (most: number) => (none || chance.hits(0.65) ? 0 : (chance.spread(20, 1_000) / 1_000) * most);
  const times = (most: number) => (none || chance.hits(0.65) ? 0 : chance.between(1, most));
  // Faults have common causes: on a poor network everything is slow and answers are lost, on a crowded machine everybody stands still.
  const poorNetwork = !none && chance.hits(0.2);
  const crowded = !none && chance.hits(0.2);
  const least = (when: boolean, probability: number, drawn: number) =>
    when ? Math.max(probability, drawn) : drawn;
  // Mostly below what the horizon allows for; sometimes beyond it.
  const allowedMs = Math.max(1_000, o.horizonMs - 2 * o.leaseMs);
  const logLagMaxMs = chance.pick([
    2 * o.horizonMs,
    allowedMs,
    allowedMs,
    chance.spread(500, allowedMs),
    chance.spread(500, allowedMs),
  ]);
  return {
    on: true,
    crash: some(0.12),
    freeze: least(crowded, 0.08, some(0.15)),
    freezeAfterSend: some(0.1),
    stops: times(4),
    stopMaxMs: crowded ? 3 * o.leaseMs : chance.pick([5_000, 3 * o.leaseMs, 2 * o.horizonMs]),
    slow: some(0.3),
    databaseBefore: some(0.2),
    databaseAfter: least(poorNetwork, 0.35, some(0.25)),
    recordUnanswered: some(0.4),
    databaseOutages: times(2),
    publishRefused: some(0.3),
    publishUnanswered: some(0.3),
    publishHalf: some(0.3),
    duplicate: some(0.5),
    delay: some(0.5),
    reorder: !none && chance.hits(0.5),
    ackLost: some(0.3),
    handedTwice: some(0.4),
    wipes: times(3),
    brokerOutages: times(2),
    clockMaxMs: none || chance.hits(0.7) ? 0 : chance.pick([1_000, 30_000, 50 * minuteMs]),
    answerLost: some(0.8),
    serverError: some(0.5),
    providerSlow: least(poorNetwork || crowded, 0.8, some(0.7)),
    rateLimited: least(poorNetwork, 0.35, some(0.7)),
    providerOutages: times(2),
    longOutage: false,
    badAddress: some(0.3),
    logAway: some(0.6),
    logIncomplete: some(0.4),
    logLagMaxMs: none ? 500 : logLagMaxMs,
    webhookLost: chance.pick([0, 0.2, 1, 1]),
    webhookTwice: some(0.8),
    webhookDelayMaxMs: chance.pick([1_000, minuteMs, 60 * minuteMs]),
  };
}
