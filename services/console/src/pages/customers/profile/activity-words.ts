import type { Activity } from "#gen/fanfare/api/v1/activity_pb.js";
import { SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Tone } from "../../../ui/badge.tsx";
import { reasonWords } from "../../blasts/reasons.ts";
import { sourceWords, suppressionWords } from "../words.ts";

/** What happened, in words: a title, its colour, and a sentence if there is more to say. */
export type ActivityWords = { title: string; tone: Tone; detail: string };

const titles: Record<string, { title: string; tone: Tone }> = {
  "delivery.accepted": { title: "Mail accepted by the mail provider", tone: "good" },
  "delivery.skipped": { title: "Left out of a blast", tone: "warn" },
  "delivery.rejected": { title: "Mail refused for good", tone: "bad" },
  "delivery.retry": { title: "Mail is tried again later", tone: "warn" },
  "delivery.in_doubt": { title: "Nobody knows yet whether the mail left", tone: "info" },
  "delivery.held": { title: "Mail held until somebody decides", tone: "warn" },
  "delivery.delivered": { title: "Arrived in the mailbox", tone: "good" },
  "delivery.opened": { title: "Opened the mail", tone: "good" },
  "delivery.clicked": { title: "Clicked a link", tone: "good" },
  "delivery.bounced": { title: "Mail came back", tone: "bad" },
  "delivery.complained": { title: "Marked the mail as spam", tone: "bad" },
  "delivery.unsubscribed": { title: "Unsubscribed by the link in a mail", tone: "warn" },
  "delivery.deferred": { title: "The mailbox asked to come back later", tone: "warn" },
  "customer.opted_out": { title: "Opted out of all mail", tone: "warn" },
  "customer.opted_in": { title: "Opted in again", tone: "good" },
  "customer.suppressed": { title: "Address suppressed", tone: "bad" },
};

const suppressionOf: Record<string, SuppressionReason> = {
  opted_out: SuppressionReason.OPTED_OUT,
  bounced: SuppressionReason.BOUNCED,
  complained: SuppressionReason.COMPLAINED,
  invalid: SuppressionReason.INVALID,
};

/** Words for an activity; for a kind that this console does not know yet, the kind itself. */
export function activityWords({ kind, data }: Activity): ActivityWords {
  const plain = kind.replace(/^\w+\./, "").replaceAll("_", " ");
  const { title, tone } = titles[kind] ?? {
    title: plain.charAt(0).toUpperCase() + plain.slice(1),
    tone: "neutral",
  };
  return { title, tone, detail: detailOf(kind, data) };
}

function detailOf(kind: string, data: Activity["data"]): string {
  const { reason = "", source = "", attempt = "" } = data;
  if (kind === "customer.suppressed") {
    const words = suppressionOf[reason];
    return [words === undefined ? "" : suppressionWords[words].meaning, told(source)]
      .filter(Boolean)
      .join(" ");
  }
  if (kind.startsWith("customer.")) return told(source);
  const tries = Number(attempt) > 1 ? `Try ${attempt}.` : "";
  // What a mailbox answered is its own text; what we decided has words of ours.
  const ours = /^[a-z_]+$/.test(reason);
  const why =
    reason === "" ? "" : ours ? `${reasonWords(reason).label}: ${reasonWords(reason).meaning}` : reason;
  return [why, tries].filter(Boolean).join(" ");
}

const told = (source: string): string => (source === "" ? "" : `Told ${sourceWords(source)}.`);
