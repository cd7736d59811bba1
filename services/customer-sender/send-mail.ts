import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import type { ComposedMail, Recipient } from "./compose-mail.ts";
import type { CustomerSenderDeps } from "./deps.ts";
import type { Pass } from "./sending-domain.ts";

/** A delivery and what the provider said to its try. */
export interface Answered {
  seq: number;
  attempt: number;
  answer: ProviderAnswer;
}

/** What the record may take after the last call; a call starts only if time-out and this still fit into the lease. */
export const recordMarginMs = 2_000;

/**
 * Sends one mail to its recipients in calls of at most `batchMax`. The provider refuses a whole call for one bad address without saying which;
 * since a refusal is definite, the call is halved until the bad ones stand alone. Every recipient gets an answer.
 */
export async function sendMail(
  deps: CustomerSenderDeps,
  mail: ComposedMail,
  pass: Pass & { kind: "go" },
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Answered[]> {
  const answered: Answered[] = [];
  const calls: Recipient[][] = [];
  for (let at = 0; at < mail.recipients.length; at += deps.batchMax)
    calls.push(mail.recipients.slice(at, at + deps.batchMax));
  for (let recipients = calls.pop(); recipients !== undefined; recipients = calls.pop()) {
    const answer = await sendCall(deps, mail, pass, recipients, deadlineMs, signal);
    if (recipients.length > 1 && mayBeOneOfThem(answer)) {
      const half = Math.ceil(recipients.length / 2);
      calls.push(recipients.slice(half), recipients.slice(0, half));
    } else {
      for (const { seq, attempt } of recipients) answered.push({ seq, attempt, answer });
    }
  }
  return answered;
}

async function sendCall(
  deps: CustomerSenderDeps,
  mail: ComposedMail,
  pass: Pass & { kind: "go" },
  recipients: Recipient[],
  deadlineMs: number,
  signal: AbortSignal,
): Promise<ProviderAnswer> {
  // Checked right before the first byte: after the deadline the delivery may belong to someone else.
  const leftMs = deadlineMs - deps.monotonicMs() - recordMarginMs;
  if (leftMs < deps.callTimeoutMs)
    return { kind: "retryable", reason: "lease_too_short", evidence: `${Math.round(leftMs)} ms were left` };
  if (!pass.mayCall())
    return {
      kind: "retryable",
      reason: "provider_busy",
      evidence: "calls before it failed, so it was not made",
    };
  const startedMs = deps.monotonicMs();
  const answer = await deps.mailer.send({ ...mail, recipients, timeoutMs: deps.callTimeoutMs }, signal);
  pass.answered(answer, startedMs, recipients.length);
  return answer;
}

/** Whether a smaller call may pass where this one was refused. */
function mayBeOneOfThem(answer: ProviderAnswer): boolean {
  if (answer.kind !== "rejected") return false;
  return (
    answer.addressAtFault === true ||
    answer.reason === "bad_field" ||
    answer.reason === "bad_batch" ||
    answer.reason === "too_large"
  );
}
