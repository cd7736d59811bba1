/** What is known of a delivery at the moment it is claimed, read in the claiming transaction. */
export interface DeliveryFacts {
  state: "pending" | "sending" | "accepted" | "skipped" | "rejected" | "retry" | "in_doubt" | "held";
  customerStatus: "active" | "inactive" | "deleted";
  /** Reasons for which the address is suppressed now. */
  suppressions: readonly ("opted_out" | "bounced" | "complained" | "invalid")[];
  /** What the verifier said of the address and still counts; undefined when it was not asked. */
  verdict: "deliverable" | "undeliverable" | "risky" | "unknown" | undefined;
}

/** What holds for the whole blast at that moment. */
export interface BlastFacts {
  blastState: "accepted" | "freezing" | "sending" | "completed" | "cancelled" | "refused";
  blastPaused: boolean;
  /** Its countdown runs: it may still be taken back. */
  leavesLater: boolean;
  agencyStanding: "good" | "suspended";
  agencyPaused: boolean;
  unknownAddressPolicy: "send" | "skip";
}

export type SkipReason =
  | "cancelled"
  | "inactive"
  | "opted_out"
  | "complained"
  | "bounced"
  | "invalid_address"
  | "unverified_address"
  | "duplicate_address"
  | "no_credit";

export type Decision =
  | { kind: "send" }
  | { kind: "skip"; reason: SkipReason }
  /** Not now; the message comes back. */
  | { kind: "wait"; reason: "blast_paused" | "agency_paused" | "agency_suspended" | "countdown" }
  /** Another message did it, or is at it, or a timer will: this one is a repetition. */
  | { kind: "absorb"; reason: DeliveryFacts["state"] };

// One shared value: nearly all of hundreds of thousands are it.
const send: Decision = Object.freeze({ kind: "send" });

/**
 * Whether a delivery leaves now. The order matters: what makes the mail wrong for ever comes before what only delays it, and a
 * person's own wish comes before technical reasons, so that the explanation names the reason the customer would name.
 */
export function decide(delivery: DeliveryFacts, blast: BlastFacts): Decision {
  if (delivery.state !== "pending" && delivery.state !== "retry")
    return { kind: "absorb", reason: delivery.state };
  if (blast.blastState === "cancelled" || blast.blastState === "refused")
    return { kind: "skip", reason: "cancelled" };
  const reason = skipReason(delivery, blast.unknownAddressPolicy);
  if (reason !== undefined) return { kind: "skip", reason };
  if (blast.agencyStanding === "suspended") return { kind: "wait", reason: "agency_suspended" };
  if (blast.agencyPaused) return { kind: "wait", reason: "agency_paused" };
  if (blast.blastPaused) return { kind: "wait", reason: "blast_paused" };
  if (blast.leavesLater) return { kind: "wait", reason: "countdown" };
  return send;
}

/** Why this customer must not be mailed, whatever the blast; undefined when nothing speaks against it. */
export function skipReason(
  delivery: Pick<DeliveryFacts, "customerStatus" | "suppressions" | "verdict">,
  unknownAddressPolicy: "send" | "skip",
): SkipReason | undefined {
  if (delivery.customerStatus !== "active") return "inactive";
  if (delivery.suppressions.includes("opted_out")) return "opted_out";
  if (delivery.suppressions.includes("complained")) return "complained";
  if (delivery.suppressions.includes("bounced")) return "bounced";
  if (delivery.suppressions.includes("invalid")) return "invalid_address";
  if (delivery.verdict === "undeliverable") return "invalid_address";
  if (delivery.verdict === "unknown" && unknownAddressPolicy === "skip") return "unverified_address";
  return undefined;
}
