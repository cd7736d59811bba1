import type { DeliveryFacts } from "#core/adapters/postgres/deliveries-read/delivery-facts.ts";
import type { SuppressionReasonText } from "#core/adapters/postgres/schema.ts";

/** A day as it is said on the phone, in the agency's time zone: 3 May 2026. */
export function sayDay(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone }).format(at);
}

/** A moment as it is said on the phone: 3 May 2026 at 14:05. */
export function sayMoment(at: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone }).format(at);
  return `${sayDay(at, timeZone)} at ${time}`;
}

/** The time of day to the second, with its zone, for it stands beside times of the reader's own: 14:05:09 CST. */
export function sayClock(at: Date, timeZone: string): string {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat("en-US", { ...parts, hourCycle: "h23", timeZone }).format(at);
}

/** How long something took: 12 s, 47 min, 3 h 5 min. */
export function saySpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Why a delivery was skipped, without the word. `decidedAt` keeps later suppressions from explaining an earlier decision. */
export function skipReason(facts: DeliveryFacts, reason: string, decidedAt: Date): string {
  switch (reason) {
    case "opted_out":
      return suppressed(facts, "opted_out", decidedAt, "the address opted out");
    case "bounced":
      return suppressed(facts, "bounced", decidedAt, "mail to the address bounced");
    case "complained":
      return suppressed(facts, "complained", decidedAt, "its owner complained about our mail as spam");
    case "invalid_address":
      return invalidAddress(facts, decidedAt);
    case "unverified_address":
      return "the address could not be verified, and the agency does not mail such addresses";
    case "duplicate_address":
      return facts.twinSeq === null
        ? "another customer of this blast has the same address and got the mail"
        : `another customer of this blast has the same address and got the mail (number ${facts.twinSeq} of the blast)`;
    case "inactive":
      return facts.customer_status === "deleted" ? "the customer was deleted" : "the customer was not active";
    case "cancelled":
      return "the blast was cancelled before this mail left";
    case "no_credit":
      return "the agency had not enough credit";
    default:
      return `the reason is "${reason}"`;
  }
}

function suppressed(
  facts: DeliveryFacts,
  reason: SuppressionReasonText,
  decidedAt: Date,
  what: string,
): string {
  const found = facts.suppressions.find((one) => one.reason === reason && one.since <= decidedAt);
  if (found === undefined) return `${what} before that (the entry has been taken back since)`;
  return `${what} on ${sayDay(found.since, facts.time_zone)}${bySource(found.source)}`;
}

/** How a suppression reached us; sources are words of ours or the caller's own. */
function bySource(source: string): string {
  switch (source) {
    case "":
      return "";
    case "link":
      return " through the unsubscribe link";
    case "api":
      return " as entered by the agency or its program";
    case "import":
      return " according to an import";
    case "webhook":
      return " as the mail provider reported";
    default:
      return ` (${source})`;
  }
}

function invalidAddress(facts: DeliveryFacts, decidedAt: Date): string {
  const { verdict } = facts;
  if (verdict?.result === "undeliverable" && verdict.judgedAt <= decidedAt) {
    const why = verdict.reason === "" ? "" : ` (${verdict.reason})`;
    return `the address check of ${sayDay(verdict.judgedAt, facts.time_zone)} found that it cannot be delivered to${why}`;
  }
  return suppressed(facts, "invalid", decidedAt, "the address was marked invalid");
}

/** Why the provider, or we for it, refused a mail for good. */
export function rejectReason(reason: string): string {
  switch (reason) {
    case "retries_spent":
      return "the mail provider could not take it for too long, and we gave up";
    case "given_up":
      return "it was held, and a person decided not to try it again";
    case "template_error":
      return "the template could not be filled in for this customer";
    case "":
      return "the mail provider refused it";
    default:
      return `the mail provider refused it (${reason})`;
  }
}

/** Why a delivery is tried again, where it is not that the provider refused a try; undefined otherwise. */
export function retryReason(reason: string): string | undefined {
  switch (reason) {
    case "asked_again":
      return "A person decided that it is tried again.";
    case "absent_at_provider":
      return "The mail provider's log does not show the mail, and the policy is to send it again then.";
    case "provider_busy":
      return "The mail provider takes no more from this sending domain just now, so no try was made; it waits and comes again.";
    default:
      return undefined;
  }
}
