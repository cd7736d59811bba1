import { readRetryAfterMs } from "./retry-after.ts";
import type { Watched } from "./wire.ts";

/** How a call to Mailgun ended. Only `in_doubt` leaves open whether the mails were accepted. */
export type SendResult =
  | { kind: "accepted"; providerMessageId: string }
  | { kind: "retryable"; reason: RetryReason; evidence: string; retryAfterMs?: number }
  | { kind: "rejected"; reason: RejectReason; evidence: string; addressAtFault?: boolean }
  | { kind: "in_doubt"; reason: DoubtReason; evidence: string };

/** Nothing was accepted, and the same call may work later. */
export type RetryReason =
  | "not_connected"
  | "not_sent_whole"
  | "aborted"
  | "rate_limited"
  | "over_limit"
  | "domain_not_found";
/** Nothing was accepted, and the same call will be refused again. */
export type RejectReason =
  | "bad_batch"
  | "too_large"
  | "bad_field"
  | "bad_address"
  | "unauthorised"
  | "forbidden"
  | "payment_required"
  | "not_found"
  | "redirected"
  | "refused";
export type DoubtReason =
  | "timed_out"
  | "aborted"
  | "connection_lost"
  | "server_error"
  | "unreadable_answer"
  | "unexpected_status";

/** Evidence is kept for each delivery of a batch; one line of the provider's words is enough. */
export const MAX_EVIDENCE_CHARS = 300;

/** What mailgun.js answers and throws, of which we read only these. */
export type MailgunAnswer = { status?: number; id?: unknown; message?: unknown };
type MailgunFailure = { message?: unknown; details?: unknown };

/**
 * Judges a call by what the wire saw. The rule: definite only when a connection never stood, when the call ended with a
 * part of the request still unsent, or when a whole answer of a known meaning came. All else is in doubt, because a mail sent twice cannot be called back.
 */
export function classifySend({ wire, answer, error }: Watched<MailgunAnswer>, nowMs: number): SendResult {
  const words = wordsOf(answer, error);
  const evidence = `${describeWire(wire)}${words === "" ? "" : `: ${words}`}`.slice(0, MAX_EVIDENCE_CHARS);
  const { status } = wire;
  if (wire.requested && !wire.connected && status === undefined) {
    return { kind: "retryable", reason: wire.stopped === "aborted" ? "aborted" : "not_connected", evidence };
  }
  if (status === undefined && wire.unsent) return { kind: "retryable", reason: "not_sent_whole", evidence };
  if (status === undefined) return { kind: "in_doubt", reason: lostReason(wire), evidence };
  if (status >= 300 && status < 400 && !isPlainRedirect(status))
    return { kind: "in_doubt", reason: "unexpected_status", evidence };
  if (isPlainRedirect(status)) return { kind: "rejected", reason: "redirected", evidence };
  if (status >= 500) return { kind: "in_doubt", reason: "server_error", evidence };
  if (!wire.complete)
    return {
      kind: "in_doubt",
      reason: wire.stopped === null ? "unreadable_answer" : lostReason(wire),
      evidence,
    };
  if (status >= 200 && status < 300) {
    const id = answer?.id;
    if (typeof id === "string" && id !== "")
      return { kind: "accepted", providerMessageId: bareMessageId(id) };
    return { kind: "in_doubt", reason: "unreadable_answer", evidence };
  }
  return classifyRefusal(status, words, evidence, readRetryAfterMs(wire.headers, words, nowMs));
}

function classifyRefusal(
  status: number,
  words: string,
  evidence: string,
  retryAfterMs: number | undefined,
): SendResult {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  switch (status) {
    case 400:
      if (/\bto'? parameter is not a valid address/i.test(words)) {
        return { kind: "rejected", reason: "bad_address", evidence, addressAtFault: true };
      }
      return { kind: "rejected", reason: "bad_field", evidence };
    case 401:
      return { kind: "rejected", reason: "unauthorised", evidence };
    case 402:
      return { kind: "rejected", reason: "payment_required", evidence };
    case 403:
      return { kind: "rejected", reason: "forbidden", evidence };
    case 404:
      // A domain that was just added, or whose region lags, is unknown for a while. Nothing was sent, so asking again
      // is safe, and giving up at once would miss a whole blast; the retry budget ends it. Another 404 is a wrong URL.
      if (/domain/i.test(words)) return { kind: "retryable", reason: "domain_not_found", evidence, ...wait };
      return { kind: "rejected", reason: "not_found", evidence };
    case 413:
      return { kind: "rejected", reason: "too_large", evidence };
    case 420:
      return { kind: "retryable", reason: "over_limit", evidence, ...wait };
    case 429:
      return { kind: "retryable", reason: "rate_limited", evidence, ...wait };
    case 405:
    case 406:
    case 411:
    case 414:
    case 415:
    case 422:
    case 431:
      return { kind: "rejected", reason: "refused", evidence };
    default:
      return { kind: "in_doubt", reason: "unexpected_status", evidence };
  }
}

/** Mailgun answers `<id@domain>`, and writes it without brackets in events: one spelling is kept. */
export function bareMessageId(id: string): string {
  return id.trim().replace(/^<|>$/g, "");
}

/** 301, 307 and 308 say that nothing was done here; 302 and 303 may also follow a post that was done. */
function isPlainRedirect(status: number): boolean {
  return status === 301 || status === 307 || status === 308;
}

function lostReason({ stopped, errorCode }: Watched<unknown>["wire"]): DoubtReason {
  if (stopped === "aborted") return "aborted";
  return stopped === "deadline" || errorCode === "ETIMEDOUT" ? "timed_out" : "connection_lost";
}

function describeWire({
  requested,
  status,
  stopped,
  errorCode,
  connected,
  reusedSocket,
  unsent,
  complete,
  headers,
}: Watched<unknown>["wire"]): string {
  if (status !== undefined) {
    const target = headers.location === undefined ? "" : ` to ${headers.location}`;
    return `HTTP ${status}${target}${complete ? "" : ", answer cut off"}${stopped === null ? "" : ` (${stopped})`}`;
  }
  const part = unsent ? "with a part of the request unsent" : "before an answer";
  const where = !requested
    ? "and no request was seen"
    : connected
      ? `on a ${reusedSocket ? "kept" : "new"} connection, ${part}`
      : "before a connection stood";
  return `${stopped ?? (errorCode || "failed")} ${where}`;
}

function wordsOf(answer: MailgunAnswer | undefined, error: unknown): string {
  const failure = error as MailgunFailure | undefined;
  for (const words of [failure?.details, failure?.message, answer?.message]) {
    if (typeof words === "string" && words.trim() !== "") return words.replace(/\s+/g, " ").trim();
  }
  return "";
}
