// Applies what webhooks brought: facts beside each delivery, suppressions, and evidence that settles sends in doubt. Any order, any number of
// times: each event is a row once, facts keep their first time, suppressions and transitions are compare-and-set.
import type { Proof, WaitingEvent } from "#core/adapters/postgres/provider-events/apply.ts";
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { NewSuppression } from "#core/adapters/postgres/suppressions/add-suppressions.ts";
import type { Round, SchedulerDeps } from "./deps.ts";

const maxEventsPerRound = 1_000;

export async function applyProviderEvents(deps: SchedulerDeps): Promise<Round> {
  const events = await deps.store.waitingEvents(maxEventsPerRound);
  if (events.length === 0) return { more: false };
  // Before the events count as applied, and in transactions of their own: they close an agency's gate, which must not wait for row locks.
  await suppressAddresses(deps, events);
  // Before, too: an event may be all that proves an acceptance, so a crash must leave it to be read again.
  const proofs = await deps.store.proofsOf(events);
  let settled = true;
  for (const proven of Map.groupBy(proofs, (proof) => proof.blast_id).values())
    settled = (await settleByProof(deps, proven)) && settled;
  // Somebody else was faster, and may have put on hold what these events prove: the next round reads again what they have to say.
  if (!settled) return { more: false };
  await deps.store.applyEvents(events);
  return { more: events.length === maxEventsPerRound };
}

async function suppressAddresses(deps: SchedulerDeps, events: WaitingEvent[]): Promise<void> {
  const named = events.filter((event) => event.agency_id !== null && event.address_key !== null);
  for (const [agencyId, ofAgency] of Map.groupBy(named, (event) => event.agency_id!)) {
    const suppressions = ofAgency.flatMap((event): NewSuppression[] => {
      const reason = suppressionReason(event);
      return reason === undefined ? [] : [{ addressKey: event.address_key!, reason }];
    });
    if (suppressions.length === 0) continue;
    await deps.store.suppress(agencyId, suppressions, deps.name);
  }
}

function suppressionReason({ kind, reason }: WaitingEvent): NewSuppression["reason"] | undefined {
  if (kind === "complained") return "complained";
  if (kind === "unsubscribed") return "opted_out";
  // The provider refused to try because its own list has the address: no news of the mailbox itself.
  if (kind === "failed_permanent" && !reason.startsWith("suppress-")) return "bounced";
  return undefined;
}

/** Idempotent by compare-and-set. Answers whether every delivery was still what the proofs say. */
async function settleByProof(deps: SchedulerDeps, proofs: Proof[]): Promise<boolean> {
  const { agency_id: agencyId, blast_id: blastId, lane } = proofs[0]!;
  const doubles = proofs.filter(
    (proof) => proof.attempt !== proof.current_attempt && proof.state === "accepted",
  );
  if (doubles.length > 0) {
    const deliveries = doubles.slice(0, 10).map((proof) => `${proof.blast_id}.${proof.seq}`);
    deps.log.error(
      { blastId, count: doubles.length, deliveries },
      "the provider accepted more than one try of a delivery",
    );
  }
  const transitions = proofs
    // A delivery that waits to be sent again because its try was absent, or because a person said so, need not be.
    .filter(({ state }) => state === "in_doubt" || state === "held" || state === "retry")
    .map(({ seq, current_attempt: attempt, state, kind, provider_message_id, at }): Transition => ({
      seq,
      attempt,
      from: state,
      to: "accepted",
      providerMessageId: provider_message_id,
      evidence: {
        decided: "a webhook of the provider names it",
        provider_event: kind,
        provider_event_at: at.toISOString(),
      },
    }));
  if (transitions.length === 0) return true;
  const changed = await deps.store.record({ agencyId, blastId, lane }, transitions);
  deps.log.info({ blastId, accepted: changed.size }, "doubts settled by webhooks");
  return transitions.every(({ seq }) => changed.has(seq));
}
