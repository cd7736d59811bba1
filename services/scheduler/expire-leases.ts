// A batch whose lease ran out was claimed, and perhaps sent: its worker died between intent and record. What is still SENDING under the same
// attempt becomes IN_DOUBT and is settled by asking the provider. Idempotent by compare-and-set.
import { expiredClaims } from "#core/adapters/postgres/deliveries/timers.ts";
import { recordTransitions, type Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { Round, SchedulerDeps } from "./deps.ts";

const maxClaimsPerRound = 20;
// The provider may still be busy with it.
const firstLookMs = 2_000;

export async function expireLeases(deps: SchedulerDeps): Promise<Round> {
  const expired = await deps.database.asSystem(async (tx) => {
    const claims = await expiredClaims(tx, maxClaimsPerRound);
    for (const claim of claims) {
      const transitions = claim.seqs.map((seq, index): Transition => ({
        seq,
        attempt: claim.attempts[index]!,
        from: "sending",
        to: "in_doubt",
        reason: "lease_expired",
        delayMs: firstLookMs,
        evidence: {
          worker: claim.worker,
          decided: `by ${deps.name}: the lease of its worker ran out without a record`,
        },
      }));
      const scope = {
        agencyId: claim.agency_id,
        blastId: claim.blast_id,
        lane: claim.lane,
        claimId: claim.id,
      };
      const changed = await recordTransitions(tx, scope, transitions);
      deps.log.warn(
        { blastId: claim.blast_id, worker: claim.worker, inDoubt: changed.size },
        "a lease ran out",
      );
    }
    return claims.length;
  });
  return { more: expired === maxClaimsPerRound };
}
