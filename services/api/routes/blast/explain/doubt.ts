// The part of the story that a lost answer makes: what was not known, what the provider was asked, what it answered, and what follows.
import type { DeliveryFacts } from "#core/adapters/postgres/deliveries-read/delivery-facts.ts";
import { formatRid } from "#core/domain/delivery/id.ts";
import { sayClock, sayMoment, saySpan } from "./sentences.ts";

/** The correlation id of a try, as the provider's log and webhooks name it. */
export const correlationId = (facts: DeliveryFacts, attempt: string | number): string =>
  formatRid(facts.blast_id, facts.seq, Number(attempt));

/** Why nobody knows whether a try went out. */
export function doubtSentence({ reason = "", worker = "" }: Record<string, string>): string {
  const asks =
    "So it is not known whether the mail went out; it is not sent again, and the mail provider is asked.";
  if (reason === "lease_expired")
    return `The lease of ${worker === "" ? "its worker" : worker} ran out without a record: it died or hung after it had announced the try. ${asks}`;
  return `The mail provider's answer did not arrive${reason === "" ? "" : ` (${reason.replaceAll("_", " ")})`}. ${asks}`;
}

/** What was asked before a doubt was settled; undefined when it was settled without asking, or was no doubt. */
export function questionSentence(at: Date, evidence: Record<string, string>): string | undefined {
  const times = Number(evidence["times_asked"] ?? 0);
  if (times === 0) return undefined;
  const since = new Date(evidence["in_doubt_since"] ?? "");
  const span = Number.isNaN(since.getTime()) ? "" : ` in ${saySpan(at.getTime() - since.getTime())}`;
  const asked = `The mail provider's log was asked ${count(times)}${span} for the correlation id of this try`;
  if (evidence["decided"]?.startsWith("absent") === true)
    return `${asked}. Its answer was complete, and the try was not in it.`;
  return evidence["provider_event"] !== undefined && byWebhook(evidence)
    ? `${asked}; before that answered, a webhook came.`
    : `${asked}.`;
}

/** How an acceptance is known, when it was in doubt; undefined when the provider's answer itself said so. */
export function proofSentence(facts: DeliveryFacts, evidence: Record<string, string>): string | undefined {
  const event = evidence["provider_event"];
  if (event === undefined)
    return evidence["in_doubt_since"] !== undefined
      ? "The answer came late: the mail provider had taken the mail."
      : undefined;
  const at = new Date(evidence["provider_event_at"] ?? "");
  const when = Number.isNaN(at.getTime()) ? "" : ` at ${sayClock(at, facts.time_zone)}`;
  const source = byWebhook(evidence)
    ? "A signed webhook of the mail provider names this try"
    : "The mail provider's log has this try";
  return `${source}: ${event.replaceAll("_", " ")}${when}. So it went out, once, and is not sent again.`;
}

const byWebhook = ({ decided = "" }: Record<string, string>): boolean => decided.startsWith("a webhook");

/** Why it is held, and until when. */
export function heldSentence(evidence: Record<string, string>): string {
  const why =
    evidence["decided"] === undefined
      ? "The mail provider's log does not show the mail"
      : evidence["decided"];
  return `${capital(why)}. It most likely did not go out, but sending again might deliver it twice: it is held until a person decides, or until late word from the provider settles it.`;
}

/** Of a delivery that is in doubt: what was asked so far, and what comes next. `horizonMs` is how far the provider's log may lag. */
export function doubtSummary(facts: DeliveryFacts, horizonMs: number): string {
  const asked =
    facts.timesAsked === null || facts.timesAsked === 0
      ? "is"
      : `was asked ${count(facts.timesAsked)} and is`;
  const again = facts.nextLookAt === null ? "soon" : `on ${sayMoment(facts.nextLookAt, facts.time_zone)}`;
  const what =
    facts.doubt_policy === "hold" ? "held for a person to decide" : "sent again, as the policy says";
  const until =
    facts.claimed_at === null
      ? ""
      : ` If it stays absent there beyond ${sayMoment(new Date(facts.claimed_at.getTime() + horizonMs), facts.time_zone)}, the mail is ${what}.`;
  return `Not known yet: the mail provider's answer to try ${facts.attempt} did not arrive; its log ${asked} asked again ${again}.${until}`;
}

function count(times: number): string {
  return times === 1 ? "once" : `${times} times`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
