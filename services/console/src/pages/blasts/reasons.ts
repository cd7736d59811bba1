/** What a reason is called, and what it means in a sentence. */
export type ReasonWords = { label: string; meaning: string };

/**
 * Every reason that core/domain and the provider's adapter know, in words for people: why a delivery was skipped, rejected, is tried again,
 * in doubt or held. The only place in the console where codes become words.
 */
const reasons: Record<string, ReasonWords> = {
  // Skipped: we decided not to send.
  opted_out: { label: "Opted out", meaning: "The person does not want mail any more." },
  complained: { label: "Complained", meaning: "The person marked an earlier mail as spam." },
  bounced: { label: "Bounced before", meaning: "Earlier mail to the address came back for good." },
  invalid_address: {
    label: "Invalid address",
    meaning: "The address check says that nobody can be reached there.",
  },
  unverified_address: {
    label: "Address not verified",
    meaning: "The address check could not judge it, and the agency does not mail such addresses.",
  },
  duplicate_address: {
    label: "Same address twice",
    meaning: "Another customer of this blast has the same address and gets the mail.",
  },
  inactive: { label: "Customer inactive", meaning: "The customer is not active, or was deleted." },
  cancelled: { label: "Blast cancelled", meaning: "The blast was cancelled before this mail left." },
  no_credit: { label: "Not enough credit", meaning: "The balance did not cover it." },
  // Why a blast was refused as a whole; then every delivery has it too.
  insufficient_credit: {
    label: "Not enough credit",
    meaning: "The balance does not cover the whole audience, so nobody was mailed.",
  },
  empty_audience: { label: "Empty audience", meaning: "Nobody was in the audience when the blast began." },
  agency_suspended: {
    label: "Agency suspended",
    meaning: "The operator of the platform has suspended the agency.",
  },
  agency_unknown: { label: "Agency unknown", meaning: "The agency does not exist any more." },
  user_inactive: { label: "User deactivated", meaning: "Whoever asked for the blast may not send any more." },
  // Rejected: it will not be taken.
  bad_address: { label: "Address refused", meaning: "The mail provider does not take this address." },
  bad_field: {
    label: "Mail refused",
    meaning: "The mail provider does not take a part of the mail, such as its sender.",
  },
  bad_batch: {
    label: "Mail refused",
    meaning: "The mail provider did not take the mail as it was put together.",
  },
  too_large: { label: "Mail too large", meaning: "The mail is larger than the provider takes." },
  refused: { label: "Refused by provider", meaning: "The mail provider refused it for good." },
  template_error: {
    label: "Template error",
    meaning: "The template could not be filled in for this customer.",
  },
  template_invalid: { label: "Template error", meaning: "The template cannot be read." },
  output_too_large: { label: "Mail too large", meaning: "The template grows too large for this customer." },
  too_many_steps: {
    label: "Template too slow",
    meaning: "The template takes too many steps for this customer.",
  },
  subject_too_long: { label: "Subject too long", meaning: "The subject is too long for this customer." },
  retries_spent: { label: "Gave up trying", meaning: "The mail provider could not take it for too long." },
  given_up: { label: "Given up by a person", meaning: "It was held, and somebody decided not to try again." },
  // Refusals of the account: they wait until an operator mends them.
  unauthorised: {
    label: "Provider key refused",
    meaning: "The mail provider does not accept our key; the operator must mend that.",
  },
  forbidden: {
    label: "Forbidden by provider",
    meaning: "The mail provider does not let the account send; the operator must mend that.",
  },
  payment_required: {
    label: "Provider unpaid",
    meaning: "The mail provider asks for payment; the operator must mend that.",
  },
  not_found: {
    label: "Provider address wrong",
    meaning: "The mail provider does not know where we call; the operator must mend that.",
  },
  redirected: {
    label: "Provider moved",
    meaning: "The mail provider sent us elsewhere; the operator must mend that.",
  },
  // Tried again: the provider certainly did not take it.
  not_connected: {
    label: "No connection",
    meaning: "The mail provider could not be reached; it is tried again.",
  },
  not_sent_whole: {
    label: "Call broke off",
    meaning: "The call broke before the mail was handed over; it is tried again.",
  },
  rate_limited: {
    label: "Provider slows us",
    meaning: "The mail provider asked us to slow down; it is tried again.",
  },
  over_limit: {
    label: "Provider limit reached",
    meaning: "The mail provider's limit is reached for now; it is tried again.",
  },
  domain_not_found: {
    label: "Sending domain unknown",
    meaning: "The mail provider does not know the sending domain yet; it is tried again.",
  },
  provider_busy: {
    label: "Provider busy",
    meaning: "The mail provider takes no more from this domain just now; it waits.",
  },
  asked_again: { label: "Tried again by a person", meaning: "Somebody decided to try it again." },
  // In doubt: nobody knows yet whether it left.
  timed_out: {
    label: "No answer in time",
    meaning: "The provider's answer did not come in time; its log is asked.",
  },
  aborted: { label: "Interrupted", meaning: "The call was interrupted." },
  connection_lost: {
    label: "Connection lost",
    meaning: "The connection broke before the provider's answer; its log is asked.",
  },
  server_error: {
    label: "Provider failed",
    meaning: "The provider answered with a failure of its own; its log is asked.",
  },
  unreadable_answer: {
    label: "Answer unreadable",
    meaning: "The provider's answer could not be read; its log is asked.",
  },
  unexpected_status: {
    label: "Answer unexpected",
    meaning: "The provider's answer has no known meaning; its log is asked.",
  },
  lease_expired: {
    label: "Worker lost",
    meaning: "The worker that was sending it died; the provider's log is asked.",
  },
  // Held.
  absent_at_provider: {
    label: "Not in provider's log",
    meaning:
      "The answer was lost and the provider's log does not show it: most likely it did not go out. A person decides.",
  },
};

/** A reason in words; a code that is new here is at least readable. */
export function reasonWords(code: string): ReasonWords {
  const known = reasons[code];
  if (known !== undefined) return known;
  const text = code.replaceAll("_", " ");
  return { label: text.charAt(0).toUpperCase() + text.slice(1), meaning: "" };
}

// Why a delivery is skipped; every other reason in a balance sheet is one of a rejection.
const skipReasons: ReadonlySet<string> = new Set([
  "opted_out",
  "complained",
  "bounced",
  "invalid_address",
  "unverified_address",
  "duplicate_address",
  "inactive",
  "cancelled",
  "no_credit",
  "insufficient_credit",
  "empty_audience",
  "agency_suspended",
  "agency_unknown",
  "user_inactive",
]);

/** True for a reason that only rejected deliveries have: the balance sheet counts skipped and rejected together. */
export function rejectedOnly(code: string): boolean {
  return !skipReasons.has(code);
}
