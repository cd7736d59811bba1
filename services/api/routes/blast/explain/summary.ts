import type { DeliveryFacts } from "#core/adapters/postgres/deliveries-read/delivery-facts.ts";
import { rejectReason, retryReason, sayMoment, skipReason } from "./sentences.ts";

/** Did it go out, and if not, why: one sentence that can be read out on the phone. */
export function summary(facts: DeliveryFacts): string {
  const to = facts.email === "" ? "" : ` to ${facts.email}`;
  const moment = sayMoment(facts.changed_at, facts.time_zone);
  switch (facts.state) {
    case "accepted":
      return `Sent: the mail provider took the mail${to} on ${moment}.`;
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
      return `Not known yet: the mail provider's answer to try ${facts.attempt} did not arrive; its log is asked again${when(facts.nextLookAt, facts)}.`;
    case "held":
      return `Held: it is not known whether the mail${to} went out, and it is not sent again unless a person decides so.`;
    case "pending":
      return waiting(facts);
    default:
      return unreachable(facts.state);
  }
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
