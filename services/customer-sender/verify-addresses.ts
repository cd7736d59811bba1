import type { JudgedAddress } from "#core/adapters/postgres/verdicts/verdicts.ts";
import type { Batch } from "./deliver-batch.ts";
import type { CustomerSenderDeps, AddressVerdict } from "./deps.ts";
import type { KnownBlast } from "./known-blasts.ts";

const dayMs = 24 * 60 * 60 * 1_000;
// A mailbox that exists seldom ceases to within a quarter; one that did not may be made; an unknown one is worth asking again soon.
const validMs = { deliverable: 90 * dayMs, risky: 30 * dayMs, undeliverable: 30 * dayMs, unknown: dayMs };

/**
 * Has addresses judged that were not, and remembers the verdicts. Before the claim, so that no lease waits for the verifier. A verifier that
 * is away, or out of credit, blocks nothing: the address has no verdict then, and the delivery goes on without.
 */
export async function verifyAddresses(
  deps: CustomerSenderDeps,
  batch: Batch,
  blast: KnownBlast,
  signal: AbortSignal,
): Promise<void> {
  const { verifier } = deps;
  if (verifier === undefined || !blast.verify_addresses) return;
  const seqs = [...batch.customerOf.keys()];
  const unjudged = await deps.store.unjudgedAddresses(batch.agencyId, batch.blastId, seqs);
  if (unjudged.length === 0) return;
  const verdicts = await verifier.verifyMany(
    unjudged.map(({ address }) => address),
    signal,
  );
  const judged = unjudged.flatMap(({ address, address_key }) => judge(address_key, verdicts.get(address)));
  if (judged.length > 0) await deps.store.rememberVerdicts(batch.agencyId, judged);
  if (judged.length < unjudged.length) {
    deps.log.warn(
      { blastId: batch.blastId, unjudged: unjudged.length - judged.length },
      "addresses could not be verified; they go on without a verdict",
    );
  }
}

function judge(addressKey: string, verdict: AddressVerdict | undefined): JudgedAddress[] {
  if (verdict?.kind !== "judged") return [];
  return [{ addressKey, result: verdict.result, reason: verdict.reason, validMs: validMs[verdict.result] }];
}
