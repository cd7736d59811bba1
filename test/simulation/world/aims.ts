// Faults that are drawn one by one seldom meet, and some mistakes show only where three of them do. So a part of the histories has an aim: a
// story in which a few faults meet often, with little else to end it early.
import type { Chance } from "../engine/chance.ts";
import type { Faults } from "./faults.ts";

export type Aim =
  | "none"
  /** The answer to a record is lost; by the time it is written again, the next try is on its way. */
  | "late_record"
  /** A worker stands still until its lease is over, its doubt was given up and another one tries, and then goes on. */
  | "stalled_worker"
  /** The provider is away for an hour in the middle of it all. */
  | "provider_outage";

const minuteMs = 60_000;
export const providerOutageMs = 60 * minuteMs;

export function drawAim(chance: Chance): Aim {
  const drawn = chance.next();
  if (drawn < 0.06) return "late_record";
  if (drawn < 0.1) return "stalled_worker";
  // An hour full of tries costs as much as several other histories.
  return drawn < 0.12 ? "provider_outage" : "none";
}

/** What an aim makes of the faults that were drawn. */
export function aimFaults(aim: Aim, chance: Chance, drawn: Faults, o: { horizonMs: number }): Faults {
  switch (aim) {
    case "none":
      return drawn;
    case "late_record":
      return {
        ...calm(drawn),
        recordUnanswered: 0.6,
        rateLimited: 0.6,
        providerSlow: 0.9,
        answerLost: chance.pick([0, 0.2]),
        databaseAfter: chance.pick([0, 0, 0.1]),
        logLagMaxMs: drawn.logLagMaxMs,
      };
    case "stalled_worker":
      return {
        ...calm(drawn),
        freezeAfterSend: 0.5,
        stopMaxMs: 2 * o.horizonMs,
        recordUnanswered: 0.3,
        rateLimited: 0.4,
        providerSlow: 0.9,
        answerLost: chance.pick([0, 0.3]),
        logLagMaxMs: drawn.logLagMaxMs,
        webhookLost: 1,
      };
    case "provider_outage":
      return { ...drawn, longOutage: true, providerOutages: 0, stops: Math.min(1, drawn.stops) };
    default:
      return aim satisfies never;
  }
}

/** Without anything that kills, loses or cuts short: such a story takes several tries of one delivery. */
function calm(drawn: Faults): Faults {
  return {
    ...drawn, crash: 0, freeze: 0, stops: 0, slow: 0, databaseBefore: 0, databaseAfter: 0, databaseOutages: 0, publishRefused: 0,
    publishUnanswered: 0, publishHalf: 0, wipes: 0, brokerOutages: 0, clockMaxMs: 0, serverError: 0, providerOutages: 0, badAddress: 0,
    logAway: 0, logIncomplete: 0,
  }; // prettier-ignore
}
