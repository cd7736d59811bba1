import { CustomerStatus, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Tone } from "../../ui/badge.tsx";

/** A word for people, its colour, and a sentence. */
export type Words = { word: string; tone: Tone; meaning: string };

/** Why an address is not mailed, in words. */
export const suppressionWords: Record<SuppressionReason, Words> = {
  [SuppressionReason.UNSPECIFIED]: { word: "Suppressed", tone: "bad", meaning: "It is not mailed." },
  [SuppressionReason.OPTED_OUT]: {
    word: "Opted out",
    tone: "warn",
    meaning: "The person does not want mail any more.",
  },
  [SuppressionReason.BOUNCED]: {
    word: "Bounced",
    tone: "bad",
    meaning: "Mail to the address came back for good.",
  },
  [SuppressionReason.COMPLAINED]: {
    word: "Complained",
    tone: "bad",
    meaning: "The person marked a mail as spam.",
  },
  [SuppressionReason.INVALID]: {
    word: "Invalid",
    tone: "bad",
    meaning: "Nobody can be reached at the address.",
  },
};

/** Whether a customer takes part, in words. */
export const statusWords: Record<CustomerStatus, Words> = {
  [CustomerStatus.UNSPECIFIED]: { word: "Unknown", tone: "neutral", meaning: "" },
  [CustomerStatus.ACTIVE]: { word: "Active", tone: "good", meaning: "Gets the mails that are sent to him." },
  [CustomerStatus.INACTIVE]: { word: "Inactive", tone: "neutral", meaning: "Is left out of every blast." },
};

/** What a customer is called: the name, else the address. */
export function nameOf(customer: { firstName: string; lastName: string; email: string }): string {
  return `${customer.firstName} ${customer.lastName}`.trim() || customer.email;
}

const sources: Record<string, string> = {
  api: "in the console or by a program",
  import: "by an import",
  link: "by the link in a mail",
  webhook: "by the mail provider",
};

/** How something was told, as "told …" goes on; the caller's own words stay as they are. */
export function sourceWords(source: string): string {
  return sources[source] ?? (/^(by|in|at|on|from)\b/i.test(source) ? source.toLowerCase() : `by ${source}`);
}
