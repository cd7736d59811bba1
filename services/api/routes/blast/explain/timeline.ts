import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { DecisionSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import type { ActivityFact, DeliveryFacts } from "#core/adapters/postgres/deliveries-read/delivery-facts.ts";
import { correlationId, doubtSentence, heldSentence, proofSentence, questionSentence } from "./doubt.ts";
import { rejectReason, retryReason, sayMoment, skipReason } from "./sentences.ts";

/** One decision, before it goes on the wire. */
export type TimelineEntry = { at: Date; step: string; explanation: string; evidence: Record<string, string> };

/** Every decision about a delivery with its evidence, oldest first. */
export function timeline(facts: DeliveryFacts): TimelineEntry[] {
  const entries = [accepted(facts), frozen(facts)];
  const claimsTold = new Set<string>();
  for (const activity of facts.activities) {
    const claimed = claimOf(activity.data);
    if (claimed !== undefined && !claimsTold.has(claimed.attempt)) {
      claimsTold.add(claimed.attempt);
      entries.push(claim(facts, claimed.at, claimed.attempt, text(activity.data["worker"])));
    }
    entries.push(...happened(facts, activity));
  }
  if (facts.state === "sending" && facts.claimed_at !== null) {
    entries.push(claim(facts, facts.claimed_at, String(facts.attempt), facts.worker ?? ""));
  }
  if (facts.queued) entries.push(released(facts));
  // Stable, so that what one moment holds stays in the order in which it was decided.
  return entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** A decision as callers see it. */
export function decisionMessage(entry: TimelineEntry): MessageInitShape<typeof DecisionSchema> {
  const { at, step, explanation, evidence } = entry;
  return { at: timestampFromDate(at), step, explanation, evidence };
}

function accepted(facts: DeliveryFacts): TimelineEntry {
  const what = facts.direct ? "direct send" : "blast";
  const who =
    facts.requested_by !== null
      ? ` for ${facts.requested_by}`
      : facts.schedule_id !== null
        ? " for a schedule"
        : "";
  return {
    at: facts.accepted_at,
    step: "blast_accepted",
    explanation: `The ${what} "${facts.blast_name}" was accepted${who}.`,
    evidence: filled({
      blast_id: facts.blast_id,
      lane: facts.lane,
      template: `${facts.template_id} version ${facts.template_version}`,
      requested_by: facts.requested_by ?? "",
      schedule_id: facts.schedule_id ?? "",
    }),
  };
}

function frozen(facts: DeliveryFacts): TimelineEntry {
  const first = facts.activities[0];
  // A customer left out while freezing was judged at that moment; for the others the end of freezing is the nearest that is kept.
  const at =
    first?.data["decided"] === "when the audience was frozen"
      ? first.at
      : (facts.started_at ?? facts.accepted_at);
  return {
    at,
    step: "frozen",
    explanation: facts.direct
      ? "The customer was taken down as its recipient."
      : `The audience was frozen; this customer is number ${facts.seq} of ${facts.audience_size}.`,
    evidence: filled({ sequence: String(facts.seq), customer_id: facts.customer_id, email: facts.email }),
  };
}

function released(facts: DeliveryFacts): TimelineEntry {
  return {
    at:
      facts.changed_at > (facts.started_at ?? facts.accepted_at)
        ? facts.changed_at
        : (facts.started_at ?? facts.accepted_at),
    step: "released",
    explanation: "It was released to the queue and waits for a worker.",
    evidence: { lane: facts.lane },
  };
}

function claim(facts: DeliveryFacts, at: Date, attempt: string, worker: string): TimelineEntry {
  return {
    at,
    step: "claimed",
    explanation: `Try ${attempt} began${worker === "" ? "" : ` at ${worker}`}: opt-outs, suppressions, cancel and pause were checked again, and nothing spoke against it. That was written down before the first byte left.`,
    evidence: filled({ attempt, worker, correlation_id: correlationId(facts, attempt) }),
  };
}

/** What an Activity says; before the end of a doubt also what the provider was asked. */
function happened(facts: DeliveryFacts, { kind, at, data }: ActivityFact): TimelineEntry[] {
  const step = kind.replace(/^delivery\./, "");
  const evidence = filled(
    Object.fromEntries(Object.entries(data).map(([name, value]) => [name, text(value)])),
  );
  const { times_asked: timesAsked, ...own } = evidence;
  const told = { at, step, explanation: sentence(facts, step, at, evidence), evidence: own };
  const question = questionSentence(at, evidence);
  if (question === undefined) return [told];
  const asked = filled({
    correlation_id: correlationId(facts, evidence["attempt"] ?? ""),
    times_asked: timesAsked ?? "",
  });
  return [{ at, step: "provider_asked", explanation: question, evidence: asked }, told];
}

function sentence(facts: DeliveryFacts, step: string, at: Date, evidence: Record<string, string>): string {
  const reason = evidence["reason"] ?? "";
  switch (step) {
    case "accepted":
      return proofSentence(facts, evidence) ?? "The mail provider took the mail.";
    case "skipped":
      return `Skipped: ${skipReason(facts, reason, at)}.`;
    case "rejected":
      return `Not sent: ${rejectReason(reason)}.`;
    case "retry":
      return (
        retryReason(reason) ??
        `The mail provider could not take it just then${reason === "" ? "" : ` (${reason})`}; nothing was sent, and it is tried again.`
      );
    case "in_doubt":
      return doubtSentence(evidence);
    case "held":
      return heldSentence(evidence);
    case "delivered":
      return "The recipient's mail server took the mail.";
    case "opened":
      return "The mail was opened.";
    case "clicked":
      return "A link in the mail was clicked.";
    case "bounced":
      return "The recipient's mail server refused the mail.";
    case "complained":
      return "The recipient reported the mail as spam.";
    case "unsubscribed":
      return "The recipient unsubscribed.";
    default:
      return `${step.replaceAll("_", " ")} on ${sayMoment(at, facts.time_zone)}.`;
  }
}

function claimOf(data: Record<string, unknown>): { at: Date; attempt: string } | undefined {
  const at = new Date(text(data["claimed_at"]));
  const attempt = text(data["attempt"]);
  return attempt === "" || Number.isNaN(at.getTime()) ? undefined : { at, attempt };
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function filled(evidence: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== ""));
}
