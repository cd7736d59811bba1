import type { DeliveryFacts } from "#core/adapters/postgres/deliveries-read/delivery-facts.ts";
import { doubtSummary } from "./doubt.ts";
import { rejectReason, retryReason, sayMoment, saySpan, skipReason } from "./sentences.ts";

/** Did it go out, and if not, why: what can be read out on the phone. `horizonMs` is how far the provider's log may lag. */
export function summary(facts: DeliveryFacts, horizonMs: number): string {
  const to = facts.email === "" ? "" : ` to ${facts.email}`;
  const moment = sayMoment(facts.changed_at, facts.time_zone);
  switch (facts.state) {
    case "accepted":
      return `Sent: the mail provider took the mail${to} on ${sayMoment(tookAt(facts), facts.time_zone)}.${proven(facts)}`;
    case "skipped":
      return `Skipped: ${skipReason(facts, facts.reason, facts.changed_at)}.`;
    case "rejected":
      return `Not sent: ${rejectReason(facts.reason)} on ${moment}.`;
    case "sending":
      return `On its way: try ${facts.attempt} is at the mail provider now.`;
    case "retry":
      if (retryReason(facts.reason) !== undefined)
        return `Not sent yet: it is tried${facts.attempt === 0 ? "" : " again"}${when(facts.retryAt, facts)}. ${retryReason(facts.reason)}`;
      return `Not sent yet: try ${facts.attempt} did not get through${inBrackets(facts.reason)}; it is tried again${when(facts.retryAt, facts)}.`;
    case "in_doubt":
      return doubtSummary(facts, horizonMs);
    case "held":
      return `Held since ${moment}: the answer to try ${facts.attempt} was lost, and the mail provider's log does not show it, so the mail${to} most likely did not go out. It is not sent again unless a person decides so.`;
    case "pending":
      return waiting(facts);
    default:
      return unreachable(facts.state);
  }
}

/** From the evidence of the Activity that says how it stands now; empty when it does not say. */
function evidenceOf(facts: DeliveryFacts, name: string): string {
  const value = facts.activities.findLast(({ kind }) => kind === `delivery.${facts.state}`)?.data[name];
  return typeof value === "string" ? value : "";
}

/** The provider's own time where it is known; else when its answer was written down. */
function tookAt(facts: DeliveryFacts): Date {
  const at = new Date(evidenceOf(facts, "provider_event_at"));
  return Number.isNaN(at.getTime()) ? facts.changed_at : at;
}

/** Of a send that was in doubt: how long, and who settled it. */
function proven(facts: DeliveryFacts): string {
  const since = new Date(evidenceOf(facts, "in_doubt_since"));
  if (Number.isNaN(since.getTime())) return "";
  const by = evidenceOf(facts, "decided").startsWith("a webhook")
    ? "a webhook of the provider"
    : "the provider's log";
  return ` Its answer was lost; ${evidenceOf(facts, "provider_event") === "" ? "a late answer" : by} settled that after ${saySpan(facts.changed_at.getTime() - since.getTime())}.`;
}

function waiting(facts: DeliveryFacts): string {
  if (facts.blast_paused) return "Not sent yet: the blast is paused.";
  if (facts.agency_paused) return "Not sent yet: sending is paused for the whole agency.";
  if (facts.blast_state === "cancelled") return "Not sent, and it will not be: the blast was cancelled.";
  return facts.queued
    ? "Not sent yet: it is on the queue and waits for a worker."
    : "Not sent yet: it waits for its turn in the blast.";
}

function when(at: Date | null, facts: DeliveryFacts): string {
  return at === null ? " soon" : ` on ${sayMoment(at, facts.time_zone)}`;
}

function inBrackets(reason: string): string {
  return reason === "" ? "" : ` (${reason})`;
}

function unreachable(state: never): never {
  throw new Error(`No summary for ${JSON.stringify(state)}`);
}
