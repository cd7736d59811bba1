// A batch whose lease ran out was claimed, and perhaps sent: its worker died between intent and record. What is still SENDING under the same
// attempt becomes IN_DOUBT and is settled by asking the provider. Idempotent by compare-and-set.
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { ExpiredClaim } from "#core/adapters/postgres/deliveries/timers.ts";
import type { Round, SchedulerDeps } from "./deps.ts";

const maxClaimsPerRound = 20;
// The provider may still be busy with it.
const firstLookMs = 2_000;

export async function expireLeases(deps: SchedulerDeps): Promise<Round> {
  const expired = await deps.store.expireClaims(maxClaimsPerRound, (claim) => doubtsOf(deps, claim));
  for (const { claim, changed } of expired) {
    deps.log.warn({ blastId: claim.blast_id, worker: claim.worker, inDoubt: changed }, "a lease ran out");
  }
  return { more: expired.length === maxClaimsPerRound };
}

function doubtsOf(deps: SchedulerDeps, claim: ExpiredClaim): Transition[] {
  const decided = `by ${deps.name}: the lease of its worker ran out without a record`;
  return claim.seqs.map((seq, index) => ({
    seq,
    attempt: claim.attempts[index]!,
    from: "sending",
    to: "in_doubt",
    reason: "lease_expired",
    delayMs: firstLookMs,
    evidence: { worker: claim.worker, decided },
  }));
}
