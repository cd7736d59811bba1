// The heart: claim → load → decide → render → send → record → outcome, for the deliveries of one blast that came together.
import type { ClaimableBlast } from "#core/adapters/postgres/deliveries/claim.ts";
import { done, reject, type Outcome } from "#core/runtime/outcome.ts";
import { claimBatch } from "./claim-batch.ts";
import { composeMail } from "./compose-mail.ts";
import type { CustomerSenderDeps } from "./deps.ts";
import { recordBatch } from "./record-batch.ts";
import { sendMail } from "./send-mail.ts";
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
  batch: Batch,
  signal: AbortSignal,
): Promise<(seq: number) => Outcome> {
  const blast = await deps.store.loadBlast(batch.agencyId, batch.blastId);
  if (blast === undefined)
    return () => reject("unknown_blast", `Agency ${batch.agencyId} has no blast ${batch.blastId}.`);
  await verifyAddresses(deps, batch, blast, signal);
  // Read before the claim too: a database that went away in between would leave deliveries in doubt that never left.
  await deps.templates.get(batch.agencyId, blast.template_id, blast.template_version);

  const claim = await claimBatch(deps, batch);
  if (claim.deliveries.length > 0) await sendClaimed(deps, batch, claim.blast, claim, signal);
  return (seq) => claim.outcomes.get(seq) ?? done();
}

async function sendClaimed(
  deps: CustomerSenderDeps,
  batch: Batch,
  blast: ClaimableBlast,
  claim: Awaited<ReturnType<typeof claimBatch>>,
  signal: AbortSignal,
): Promise<void> {
  const composed = await composeMail(deps, batch, blast, claim.deliveries);
  const answers = await sendMail(deps, composed.mail, claim.deadlineMs, signal);
  await recordBatch(deps, batch, blast, claim, [...composed.rejected, ...answers], signal);
}
