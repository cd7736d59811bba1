// Settles sends in doubt without a person: asks the provider for the try by its correlation id. Found → ACCEPTED. Absent after the horizon →
// HELD, or RETRY where the agency's policy is to resend. Deliveries of one blast are looked up together. Idempotent by compare-and-set.
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { DueDoubt } from "#core/adapters/postgres/deliveries/timers.ts";
import { formatRid } from "#core/domain/delivery/id.ts";
import type { LookUpAnswer, Round, SchedulerDeps } from "./deps.ts";

// One look-up's worth of tries: what one call of customer-sender carries at most.
const maxDoubtsPerRound = 1_000;
// Looks come again until the horizon; the provider's log lags by seconds to minutes.
const lookAgainMs = 15_000;

export async function settleDoubts(deps: SchedulerDeps): Promise<Round> {
  const due = await deps.store.dueDoubts(Math.min(lookAgainMs, deps.doubtHorizonMs / 4), maxDoubtsPerRound);
  for (const doubts of Map.groupBy(due, (doubt) => doubt.blast_id).values()) await settleBlast(deps, doubts);
  return { more: due.length === maxDoubtsPerRound };
}

async function settleBlast(deps: SchedulerDeps, doubts: DueDoubt[]): Promise<void> {
  const { agency_id: agencyId, blast_id: blastId, sending_domain: domain, lane } = doubts[0]!;
  const addresses = await deps.store.addressesOf(
    agencyId,
    blastId,
    doubts.map(({ seq }) => seq),
  );
  const times = doubts.map((doubt) => doubt.claimed_at.getTime());
  const answer = await deps.providerLog.lookUp({
    domain,
    tag: blastId,
    rids: doubts.map(ridOf),
    addresses,
    fromMs: Math.min(...times),
    // By the database's clock: if ours were behind, the window would end before the try, and its absence would be believed.
    toMs: Math.max(...doubts.map((doubt) => doubt.claimed_at.getTime() + doubt.age_ms)),
  });
  const transitions = doubts.flatMap((doubt) => settleOne(deps, doubt, answer) ?? []);
  if (answer.kind === "unavailable")
    deps.log.warn({ blastId, reason: answer.reason }, "the provider's log cannot be read; doubts wait");
  if (transitions.length === 0) return;
  await deps.store.record({ agencyId, blastId, lane }, transitions);
  const accepted = transitions.filter(({ to }) => to === "accepted").length;
  deps.log.info({ blastId, accepted, absent: transitions.length - accepted }, "doubts settled");
}

function settleOne(deps: SchedulerDeps, doubt: DueDoubt, answer: LookUpAnswer): Transition | undefined {
  const { seq, attempt } = doubt;
  const evidence = answer.found.get(ridOf(doubt));
  if (evidence !== undefined) {
    return {
      seq,
      attempt,
      from: "in_doubt",
      to: "accepted",
      providerMessageId: evidence.providerMessageId,
      evidence: {
        decided: "the provider's log has it",
        provider_event: evidence.event,
        provider_event_at: new Date(evidence.atMs).toISOString(),
      },
    };
  }
  const absent = answer.kind === "looked_up" && answer.complete;
  if (!absent || doubt.age_ms < deps.doubtHorizonMs) return undefined;
  const decided = `absent from the provider's log after ${Math.round(doubt.age_ms / 1000)} s; policy ${doubt.doubt_policy}`;
  if (doubt.doubt_policy === "hold")
    return {
      seq,
      attempt,
      from: "in_doubt",
      to: "held",
      reason: "absent_at_provider",
      evidence: { decided },
    };
  return {
    seq,
    attempt,
    from: "in_doubt",
    to: "retry",
    reason: "absent_at_provider",
    delayMs: 0,
    evidence: { decided },
  };
}

function ridOf(doubt: DueDoubt): string {
  return formatRid(doubt.blast_id, doubt.seq, doubt.attempt);
}
