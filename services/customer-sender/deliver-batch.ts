// The heart: claim → load → decide → render → send → record → outcome, for the deliveries of one blast that came together.
import { done, reject, type Outcome } from "#core/runtime/outcome.ts";
import { smallMost } from "#core/runtime/right-of-way.ts";
import { claimBatch, type ClaimedBatch } from "./claim-batch.ts";
import { composeMail } from "./compose-mail.ts";
import type { CustomerSenderDeps } from "./deps.ts";
import type { Governors } from "./governors.ts";
import type { KnownBlasts } from "./known-blasts.ts";
import { recordBatch } from "./record-batch.ts";
import { recordMarginMs, sendMail } from "./send-mail.ts";
import type { Pass } from "./sending-domain.ts";
import { verifyAddresses } from "./verify-addresses.ts";

export interface Batch {
  agencyId: string;
  blastId: string;
  /** Deliveries by sequence, with the customer that the message named. */
  customerOf: ReadonlyMap<number, string>;
}

/** Delivers what may be delivered and tells the outcome of each message. Throws when nothing was decided, for example without a database. */
export async function deliverBatch(
  deps: CustomerSenderDeps,
  governors: Governors,
  blasts: KnownBlasts,
  batch: Batch,
  signal: AbortSignal,
): Promise<(seq: number) => Outcome> {
  const blast = await blasts.get(batch.agencyId, batch.blastId);
  if (blast === undefined)
    return () => reject("unknown_blast", `Agency ${batch.agencyId} has no blast ${batch.blastId}.`);
  const line = blast.lane === "urgent" ? "urgent" : "others";
  const pass = await governors.enter(blast.sending_domain, batch.customerOf.size, line, signal);
  if (pass.kind === "wait") return outcomesOf(await claimBatch(deps, batch, pass.room, blast));
  try {
    await verifyAddresses(deps, batch, blast, signal);
    // Read before the claim too: a database that went away in between would leave deliveries in doubt that never left.
    await deps.templates.get(batch.agencyId, blast.template_id, blast.template_version);

    await giveWay(deps, batch);
    const claim = await claimBatch(deps, batch, pass.room, blast);
    if (claim.deliveries.length > 0) await sendClaimed(deps, batch, claim, pass, signal);
    return outcomesOf(claim);
  } finally {
    pass.leave();
  }
}

function outcomesOf(claim: ClaimedBatch): (seq: number) => Outcome {
  return (seq) => claim.outcomes.get(seq) ?? done();
}

async function sendClaimed(
  deps: CustomerSenderDeps,
  batch: Batch,
  claim: ClaimedBatch,
  pass: Pass & { kind: "go" },
  signal: AbortSignal,
): Promise<void> {
  pass.firstTries(claim.deliveries.filter(({ attempt }) => attempt === 1).length);
  if (callFitsWell(deps, claim)) await giveWay(deps, batch);
  const composed = await composeMail(deps, batch, claim.blast, claim.deliveries);
  const answers = await sendMail(deps, composed.mail, pass, claim.deadlineMs, signal);
  if (isSmall(batch)) deps.way?.passed(batch.agencyId);
  // The lease is of seconds, and this wait of milliseconds.
  await giveWay(deps, batch);
  await recordBatch(deps, batch, claim, pass, [...composed.rejected, ...answers], signal);
}

function isSmall({ customerOf }: Batch): boolean {
  return customerOf.size <= smallMost;
}

// Far more than one gives way for.
const easyMs = 1_000;

/** Whether the lease has time for a pause before the call. */
function callFitsWell(
  { callTimeoutMs, monotonicMs }: CustomerSenderDeps,
  { deadlineMs }: ClaimedBatch,
): boolean {
  return deadlineMs - monotonicMs() > recordMarginMs + callTimeoutMs + easyMs;
}

async function giveWay({ way }: CustomerSenderDeps, batch: Batch): Promise<void> {
  if (!isSmall(batch)) await way?.give();
}
