import type { ClaimableBlast, ClaimableDelivery } from "#core/adapters/postgres/deliveries/claim.ts";
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { SuppressionReasonText } from "#core/adapters/postgres/schema.ts";
import { decide, type BlastFacts, type Decision } from "#core/domain/delivery/decide.ts";
import { reject, skip, type Outcome } from "#core/runtime/outcome.ts";
import type { Batch } from "./deliver-batch.ts";
import type { CustomerSenderDeps } from "./deps.ts";
import type { KnownBlast } from "./known-blasts.ts";
import type { Room } from "./sending-domain.ts";

/** A delivery that is ours until the lease ends. */
export type ClaimedDelivery = ClaimableDelivery;

export interface ClaimedBatch {
  claimId: string;
  blast: ClaimableBlast;
  deliveries: ClaimedDelivery[];
  /** By `deps.monotonicMs`: after this moment nothing may be sent under this claim. */
  deadlineMs: number;
  /** Of those that were not claimed. */
  outcomes: Map<number, Outcome>;
}

/**
 * One transaction: locks the deliveries, reads all that decides about them, decides, and writes the intent of those that leave and the
 * reason of those that do not. Those that the provider has no room for go back into their rows and come again: on the queue they would stand
 * in front of other agencies. What is `known` of the blast decides nothing; it only spares a question. The deadline is taken before, so that it can
 * only be earlier than the database's lease.
 */
export async function claimBatch(
  deps: CustomerSenderDeps,
  batch: Batch,
  room: Room,
  known?: KnownBlast,
): Promise<ClaimedBatch> {
  const { agencyId, blastId, customerOf } = batch;
  const claimId = deps.newId();
  const deadlineMs = deps.monotonicMs() + deps.leaseMs;
  let outcomes = new Map<number, Outcome>();
  const claim = { id: claimId, agencyId, blastId, worker: deps.name, leaseMs: deps.leaseMs };
  const plan = (blast: ClaimableBlast, deliveries: ClaimableDelivery[]) => {
    const facts = blastFacts(blast);
    const decided = deliveries.map((delivery) => ({ delivery, decision: decideOne(blast, facts, delivery) }));
    outcomes = outcomesOf(batch, decided);
    const leaving = decided.filter(
      ({ delivery, decision }) => decision.kind === "send" && !outcomes.has(delivery.seq),
    );
    const parked = leaving.slice(room.claimMax).map(({ delivery }) => delivery);
    for (const { seq } of parked) outcomes.set(seq, skip("provider_busy"));
    const delayMs = () => parkedForMs(deps, room, blast.lane);
    return {
      skip: [
        ...skipsOf(batch, decided),
        ...parked.filter(({ state }) => state !== "retry").map((delivery) => park(deps, delivery, delayMs())),
      ],
      // Whoever waits already goes on waiting: an outage must not write the same Activity several times a minute for everyone.
      postpone: parked
        .filter(({ state }) => state === "retry")
        .map(({ seq }) => ({ seq, delayMs: delayMs() })),
      claim: leaving.slice(0, room.claimMax).map(({ delivery }) => delivery.seq),
      ...(parked.length === 0 ? {} : { feedAfterMs: room.feedAfterMs ?? room.delayMs ?? 0 }),
    };
  };
  const hope = (blast: ClaimableBlast) =>
    room.claimMax >= customerOf.size && decideOne(blast, blastFacts(blast), spotless).kind === "send";
  const claimed = await deps.store.claim(claim, [...customerOf.keys()], plan, hope, known);
  return { claimId, blast: claimed.blast, deliveries: claimed.deliveries, deadlineMs, outcomes };
}

// Those that wait come back one after the other and not as one wave, and not so often that writing them is all that is done.
const leastSpreadMs = 3_000;
// A breaker's longest opening: with it before and this behind, all have been told within a minute that the provider is back.
const mostSpreadMs = 30_000;

/** When a parked delivery comes again. An urgent one does not line up behind the spread of the others. */
function parkedForMs(deps: CustomerSenderDeps, room: Room, lane: ClaimableBlast["lane"]): number {
  const { delayMs = 0, spreadMs = Math.min(mostSpreadMs, Math.max(leastSpreadMs, delayMs)) } = room;
  return delayMs + deps.random() * (lane === "urgent" ? Math.min(leastSpreadMs, spreadMs) : spreadMs);
}

function park(deps: CustomerSenderDeps, delivery: ClaimableDelivery, delayMs: number): Transition {
  const { seq, attempt, state: from } = delivery;
  return {
    seq,
    attempt,
    from,
    to: "retry",
    reason: "provider_busy",
    delayMs,
    evidence: {
      decided: "before a try: the provider takes no more from this domain just now",
      worker: deps.name,
    },
  };
}

interface Decided {
  delivery: ClaimableDelivery;
  decision: Decision;
}

// A delivery that nothing but its blast may speak against.
const spotless = { state: "pending", customer_status: "active", suppressions: [], verdict: null } as const;

function blastFacts(blast: ClaimableBlast): BlastFacts {
  return {
    blastState: blast.state,
    blastPaused: blast.paused,
    leavesLater: blast.leaves_later,
    agencyStanding: blast.standing,
    agencyPaused: blast.agency_paused,
    unknownAddressPolicy: blast.unknown_address_policy,
  };
}

function decideOne(
  blast: ClaimableBlast,
  facts: BlastFacts,
  delivery: Pick<ClaimableDelivery, "state" | "customer_status" | "verdict"> & {
    suppressions: readonly SuppressionReasonText[];
  },
): Decision {
  return decide(
    {
      state: delivery.state,
      customerStatus: delivery.customer_status,
      suppressions: delivery.suppressions,
      verdict: blast.verify_addresses ? (delivery.verdict ?? undefined) : undefined,
    },
    facts,
  );
}

/** Messages that end here: wrong ones, repetitions, and those that wait in their rows (a resume releases them again). */
function outcomesOf(batch: Batch, decided: Decided[]): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>();
  for (const { delivery, decision } of decided) {
    const { seq, customer_id } = delivery;
    const customerId = batch.customerOf.get(seq);
    if (customer_id !== customerId)
      outcomes.set(
        seq,
        reject(
          "wrong_customer",
          `Delivery ${seq} of blast ${batch.blastId} is not for customer ${customerId}.`,
        ),
      );
    else if (decision.kind !== "send") outcomes.set(seq, skip(decision.reason));
  }
  if (decided.length === batch.customerOf.size) return outcomes;
  const found = new Set(decided.map(({ delivery }) => delivery.seq));
  for (const seq of batch.customerOf.keys())
    if (!found.has(seq))
      outcomes.set(seq, reject("unknown_delivery", `Blast ${batch.blastId} has no delivery ${seq}.`));
  return outcomes;
}

function skipsOf(batch: Batch, decided: Decided[]): Transition[] {
  return decided.flatMap(({ delivery, decision }): Transition[] => {
    if (decision.kind !== "skip" || batch.customerOf.get(delivery.seq) !== delivery.customer_id) return [];
    const { seq, attempt, state: from } = delivery;
    return [
      {
        seq,
        attempt,
        from,
        to: "skipped",
        reason: decision.reason,
        evidence: { decided: "when it was claimed" },
      },
    ];
  });
}
