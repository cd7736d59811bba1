// deliveries/claim.ts and deliveries/record.ts, in memory.
import type { Claim, ClaimableBlast, ClaimableDelivery } from "#core/adapters/postgres/deliveries/claim.ts";
import type { ProgressDelta } from "#core/adapters/postgres/blasts/progress.ts";
import type { RecordScope, Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { DeliveryStateText } from "#core/adapters/postgres/schema.ts";
import { addProgress, logActivity, releaseReserved, settleReserved } from "./book.ts";
import { blastOf, insert, type Blast, type Delivery, type MemoryDatabase } from "./tables.ts";

export function loadBlast(db: MemoryDatabase, agencyId: string, blastId: string): ClaimableBlast | undefined {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined) return undefined;
  const agency = db.agencies.get(agencyId)!;
  return {
    id: blast.id, name: blast.name, lane: blast.lane, state: blast.state, paused: blast.paused, direct: blast.direct,
    template_id: blast.templateId, template_version: blast.templateVersion, custom_message: blast.customMessage,
    leaves_later: blast.leavesAtMs !== null && blast.leavesAtMs > db.nowMs(), agency_name: "Agency", sending_domain: agency.domain, from_name: "", from_local_part: "hello",
    reply_to: "", postal_address: "", time_zone: "UTC", standing: agency.standing, agency_paused: agency.paused,
    unknown_address_policy: agency.unknownAddressPolicy, verify_addresses: agency.verifyAddresses,
  }; // prettier-ignore
}

/** What `lockDeliveries` reads under the row locks, in order of sequence. */
export function readForClaim(
  db: MemoryDatabase,
  agencyId: string,
  blastId: string,
  seqs: number[],
): ClaimableDelivery[] {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined) return [];
  return [...new Set(seqs)]
    .toSorted((a, b) => a - b)
    .flatMap((seq): ClaimableDelivery[] => {
      const delivery = blast.deliveries[seq - 1];
      if (delivery === undefined) return [];
      const customer = db.customers.get(delivery.customerId)!;
      const keys = [delivery.addressKey, customer.addressKey].map(
        (addressKey) => `${agencyId}:${addressKey}`,
      );
      const reasons = new Set(keys.flatMap((key) => [...(db.suppressions.get(key) ?? [])]));
      const verdict = db.verdicts.get(keys[0]!);
      return [
        {
          seq, state: db.switches.claimOnlyFromWaiting ? delivery.state : "pending", attempt: delivery.attempt, address: delivery.address, customer_id: delivery.customerId,
          first_name: customer.firstName, last_name: "", locale: "", attributes: {}, customer_status: customer.status,
          suppressions: db.switches.recheckSuppressions ? [...reasons] : [],
          verdict: verdict !== undefined && verdict.expiresAtMs > db.nowMs() ? verdict.result : null,
        },
      ]; // prettier-ignore
    });
}

export function claimDeliveries(db: MemoryDatabase, claim: Claim, seqs: number[]): Map<number, number> {
  const blast = blastOf(db, claim.agencyId, claim.blastId)!;
  const attempts = new Map<number, number>();
  let woken = 0;
  for (const seq of seqs) {
    const delivery = blast.deliveries[seq - 1];
    if (delivery === undefined) continue;
    const waits = delivery.state === "pending" || delivery.state === "retry";
    if (!waits && db.switches.claimOnlyFromWaiting) continue;
    delivery.state = "sending";
    delivery.attempt += 1;
    delivery.claimedAtMs = db.nowMs();
    attempts.set(seq, delivery.attempt);
    db.onClaim({ ...claim, seq, attempt: delivery.attempt, leaseUntilMs: db.nowMs() + claim.leaseMs });
    if (db.wakeups.delete(`${blast.id}/${seq}`)) woken += 1;
  }
  if (attempts.size > 0 && db.switches.lease) {
    const leaseUntilMs = db.nowMs() + claim.leaseMs;
    insert(db.claims, "claims", claim.id, {
      id: claim.id, agencyId: claim.agencyId, blastId: blast.id, seqs: [...attempts.keys()], attempts: [...attempts.values()], leaseUntilMs,
      worker: claim.worker,
    }); // prettier-ignore
    db.poke("leases", leaseUntilMs);
  }
  if (woken > 0) addProgress(db, blast, { retrying: -woken });
  return attempts;
}

export function recordTransitions(
  db: MemoryDatabase,
  scope: RecordScope,
  transitions: readonly Transition[],
): Set<number> {
  const blast = blastOf(db, scope.agencyId, scope.blastId);
  refuseToStrand(db, scope, blast, transitions);
  if (scope.claimId !== undefined) db.claims.delete(scope.claimId);
  const done: Transition[] = [];
  for (const transition of transitions) {
    const delivery = blast?.deliveries[transition.seq - 1];
    if (delivery === undefined || delivery.state !== transition.from) continue;
    if (delivery.attempt !== transition.attempt && db.switches.fence) continue;
    change(db, scope, delivery, transition);
    done.push(transition);
  }
  if (blast !== undefined && done.length > 0) {
    const { delta, reasons } = countTransitions(done);
    addProgress(db, blast, delta, reasons);
    settleReserved(db, blast, done.filter((t) => t.to === "accepted").length);
    releaseReserved(db, blast, done.filter((t) => t.to === "skipped" || t.to === "rejected").length);
  }
  return new Set(done.map(({ seq }) => seq));
}

/** A record that ends a lease and misses one of its deliveries that is still on its way changes nothing, so that the lease finds it. */
function refuseToStrand(
  db: MemoryDatabase,
  { claimId }: RecordScope,
  blast: Blast | undefined,
  transitions: readonly Transition[],
): void {
  if (claimId === undefined || blast === undefined || !db.switches.fence) return;
  const others = [...db.claims.values()].filter(
    (claim) => claim.id !== claimId && claim.blastId === blast.id,
  );
  for (const { seq, attempt, from } of transitions) {
    const delivery = blast.deliveries[seq - 1];
    if (from !== "sending" || delivery?.state !== "sending" || delivery.attempt === attempt) continue;
    if (!others.some(({ seqs }) => seqs.includes(seq)))
      throw new Error(`Delivery ${seq} of ${blast.id} is on its way under another attempt; the lease stays.`);
  }
}

function change(db: MemoryDatabase, scope: RecordScope, delivery: Delivery, t: Transition): void {
  const key = `${scope.blastId}/${t.seq}`;
  delivery.state = t.to;
  delivery.reason = t.reason ?? "";
  delivery.step += 1;
  delivery.providerMessageId = t.providerMessageId ?? delivery.providerMessageId;
  const { agencyId, blastId, lane } = scope;
  const { seq, attempt, customerId } = delivery;
  if (t.to !== "skipped" || db.switches.logSkips)
    logActivity(db, blastId, seq, delivery.step, `delivery.${t.to}`, attempt);
  // Parts of one statement see the tables as they were before it: what it inserts is not what it deletes.
  if (t.from === "retry") db.wakeups.delete(key); // A retry that is put off again gets another one below.
  if (t.from === "in_doubt") db.doubts.delete(key);
  const atMs = db.nowMs() + (t.delayMs ?? 0);
  if (t.to === "retry") {
    insert(db.wakeups, "wakeups", key, { blastId, seq, agencyId, customerId, lane, attempt, atMs });
    db.poke("wake", atMs);
  }
  if (t.to === "in_doubt") {
    insert(db.doubts, "doubts", key, {
      blastId,
      seq,
      agencyId,
      attempt,
      claimedAtMs: delivery.claimedAtMs!,
      nextLookAtMs: atMs,
    });
    db.poke("doubts", atMs);
  }
}

const counterOf: Partial<Record<DeliveryStateText, keyof ProgressDelta>> = {
  accepted: "accepted", skipped: "skipped", rejected: "rejected", retry: "retrying", in_doubt: "in_doubt", held: "held",
}; // prettier-ignore

function countTransitions(done: readonly Transition[]): {
  delta: ProgressDelta;
  reasons: Record<string, number>;
} {
  const delta: ProgressDelta = {};
  const reasons: Record<string, number> = {};
  for (const { from, to, fromReason, reason = "unknown" } of done) {
    const left = counterOf[from];
    const entered = counterOf[to];
    if (left !== undefined) delta[left] = (delta[left] ?? 0) - 1;
    if (entered !== undefined) delta[entered] = (delta[entered] ?? 0) + 1;
    if (from === "rejected" && fromReason !== undefined) reasons[fromReason] = (reasons[fromReason] ?? 0) - 1;
    if (to === "skipped" || to === "rejected") reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return { delta, reasons };
}

/** What `DeliveryStore.record` does beyond the transitions: an acceptance is evidence whenever it comes. */
export function recordWithEvidence(
  db: MemoryDatabase,
  scope: RecordScope,
  transitions: readonly Transition[],
): { late: number } {
  for (const { seq, to } of transitions) if (to === "accepted") db.onEvidence(scope.blastId, seq);
  const changed = recordTransitions(db, scope, transitions);
  if (!db.switches.mergeLate) return { late: 0 };
  const late = transitions.filter(({ seq, to }) => to === "accepted" && !changed.has(seq));
  let merged = 0;
  for (const from of ["in_doubt", "held", "retry"] as const) {
    if (late.length === 0) continue;
    merged += recordTransitions(db, scope, late.map((transition) => ({ ...transition, from }))).size; // prettier-ignore
  }
  return { late: merged };
}
