import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import { isDatabaseAway } from "#core/adapters/postgres/unavailable.ts";
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import { settle } from "#core/domain/delivery/answer.ts";
import { retryForever } from "#core/runtime/retry.ts";
import type { ClaimedBatch } from "./claim-batch.ts";
import type { Batch } from "./deliver-batch.ts";
import type { CustomerSenderDeps } from "./deps.ts";
import type { Pass } from "./sending-domain.ts";
import type { Answered } from "./send-mail.ts";

// How long an answer is held while the database is away. After it the lease has run out and the provider is asked instead.
const recordPatienceMs = 120_000;
// A deadlock or a lock that came too late passes; what fails more often than this would fail for ever.
const maxOtherFailures = 5;

/**
 * Writes what the provider answered. An answer is too valuable to lose to a database that restarts, so it is tried again for a while; writing
 * twice is harmless, because each transition is a compare-and-set on the attempt.
 */
export async function recordBatch(
  deps: CustomerSenderDeps,
  batch: Batch,
  claim: ClaimedBatch,
  pass: Pass & { kind: "go" },
  answered: Answered[],
  signal: AbortSignal,
): Promise<void> {
  // One answer is that of hundreds; what it leaves as evidence is one object, which the record then sends once.
  const evidenceOf = new Map<ProviderAnswer, Record<string, string>>();
  const transitions = answered.map((each) => transitionOf(deps, pass, each, evidenceOf));
  const patience = AbortSignal.any([signal, AbortSignal.timeout(recordPatienceMs)]);
  await retryForever(() => record(deps, batch, claim, transitions), {
    signal: patience,
    initialMs: 100,
    maxMs: 2_000,
    onFailure: (error, attempt) => {
      deps.log.warn(
        { err: error, blastId: batch.blastId, deliveries: transitions.length },
        "the provider's answer could not be recorded yet",
      );
      if (!isDatabaseAway(error) && attempt >= maxOtherFailures) throw error;
    },
  });
}

function transitionOf(
  deps: CustomerSenderDeps,
  pass: Pass & { kind: "go" },
  { seq, attempt, answer }: Answered,
  evidenceOf: Map<ProviderAnswer, Record<string, string>>,
): Transition {
  const settlement = settle(answer, attempt, deps.random());
  const evidence = evidenceOf.get(answer) ?? { ...settlement.evidence, worker: deps.name };
  evidenceOf.set(answer, evidence);
  switch (settlement.to) {
    case "accepted":
      return {
        seq,
        attempt,
        from: "sending",
        to: "accepted",
        providerMessageId: settlement.providerMessageId,
        evidence,
      };
    case "rejected":
      return { seq, attempt, from: "sending", to: "rejected", reason: settlement.reason, evidence };
    case "retry":
      return {
        seq,
        attempt,
        from: "sending",
        to: "retry",
        reason: settlement.reason,
        // While the provider fails, retries keep to their budget.
        delayMs: settlement.delayMs + pass.retryDelayMs(settlement.reason),
        evidence,
      };
    case "in_doubt":
      return {
        seq,
        attempt,
        from: "sending",
        to: "in_doubt",
        reason: settlement.reason,
        delayMs: deps.firstLookMs,
        evidence,
      };
  }
}

async function record(
  deps: CustomerSenderDeps,
  batch: Batch,
  claim: ClaimedBatch,
  transitions: Transition[],
): Promise<void> {
  const scope = {
    agencyId: batch.agencyId,
    blastId: batch.blastId,
    lane: claim.blast.lane,
    claimId: claim.claimId,
  };
  const { late } = await deps.store.record(scope, transitions);
  if (late > 0) deps.log.warn({ blastId: batch.blastId, late }, "acceptances came after their lease");
}
