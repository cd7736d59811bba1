import { passGate } from "../agencies/gate.ts";
import { holdFeeder } from "../blasts/feed.ts";
import type { Database, Tx } from "../database.ts";
import { planByIndex } from "../plan-by-index.ts";
import type { VerdictText } from "../schema.ts";
import { claimAtOnce } from "./claim-at-once.ts";
import {
  claimDeliveries,
  loadBlast,
  loadBlastWithNext,
  lockDeliveries,
  type Claim,
  type ClaimableBlast,
  type ClaimableDelivery,
} from "./claim.ts";
import { postponeWakeups, type Postponed } from "./postpone.ts";
import { recordTransitions, type Transition } from "./record.ts";

/** What a claim is to write: decided by the caller from what was read under the locks. */
export interface ClaimPlan {
  /** Of those that do not leave: skipped, or set aside for later. */
  skip: Transition[];
  claim: number[];
  /** Of those that wait already: only when they come again changes, and no Activity tells it. */
  postpone?: Postponed[];
  /** Milliseconds for which nothing more of the blast is released to the queue. */
  feedAfterMs?: number;
}

/** What was claimed, with the blast as it was behind the gate. */
export interface Claimed {
  blast: ClaimableBlast;
  deliveries: ClaimableDelivery[];
}

/** The short way takes the rows that nothing speaks against before the others; whoever takes them in their order may stand in its way. */
const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "40P01";

type Plan = (blast: ClaimableBlast, deliveries: ClaimableDelivery[]) => ClaimPlan;

/** Something was claimed at once that the plan would not have claimed: all of it is taken back. */
class ClaimedTooMuch extends Error {}

/**
 * Claims a batch as its plan says; see `DeliveryStore.claim`. First by the short way, if there is hope for it: pass the gate, read the blast and claim,
 * all in one round trip, then ask the plan. Nothing is committed that the plan did not want; the statement's condition, and what was `known` of the
 * blast, only decide which way is taken.
 */
export async function claimBatch(
  { withAgency }: Database,
  claim: Claim,
  seqs: number[],
  plan: Plan,
  hope: (blast: ClaimableBlast) => boolean = () => false,
  known?: ClaimableBlast,
): Promise<Claimed> {
  try {
    return await withAgency(claim.agencyId, async (tx) => {
      const blast = known ?? (await loadBehindGate(tx, claim));
      if (hope(blast)) return await claimThenAsk(tx, claim, seqs, { plan, hope, before: blast });
      return await askThenClaim(tx, claim, seqs, plan, await loadBehindGate(tx, claim));
    });
  } catch (error) {
    if (!(error instanceof ClaimedTooMuch) && !isDeadlock(error)) throw error;
    return withAgency(claim.agencyId, async (tx) =>
      askThenClaim(tx, claim, seqs, plan, await loadBehindGate(tx, claim)),
    );
  }
}

/** Read behind the gate: a cancel or pause that was answered is seen here. */
async function loadBehindGate(tx: Tx, { agencyId, blastId }: Claim): Promise<ClaimableBlast> {
  await planByIndex(tx);
  await passGate(tx, agencyId);
  return (await loadBlast(tx, agencyId, blastId))!;
}

async function askThenClaim(
  tx: Tx,
  claim: Claim,
  seqs: number[],
  plan: Plan,
  blast: ClaimableBlast,
): Promise<Claimed> {
  const locked = await lockDeliveries(tx, claim.agencyId, claim.blastId, seqs);
  const planned = plan(blast, locked);
  await writeRest(tx, claim, blast, planned);
  if (planned.claim.length === 0) return { blast, deliveries: [] };
  return { blast, deliveries: withAttempts(locked, await claimDeliveries(tx, claim, planned.claim)) };
}

async function claimThenAsk(
  tx: Tx,
  claim: Claim,
  seqs: number[],
  { plan, hope, before }: { plan: Plan; hope: (blast: ClaimableBlast) => boolean; before: ClaimableBlast },
): Promise<Claimed> {
  await planByIndex(tx);
  await passGate(tx, claim.agencyId);
  const read = await loadBlastWithNext(tx, claim.agencyId, claim.blastId);
  const against = verdictsAgainst(before);
  const claimed = await claimAtOnce(tx, claim, seqs, against);
  if (claimed === undefined) throw new ClaimedTooMuch("one of them was parked in that moment");
  const blast = read[0]!;
  if (!hope(blast) || verdictsAgainst(blast).join() !== against.join())
    throw new ClaimedTooMuch(`the blast ${claim.blastId} is not as it was known to be`);
  const ours = new Set(claimed.map(({ seq }) => seq));
  const others = seqs.filter((seq) => !ours.has(seq));
  const locked = others.length === 0 ? [] : await lockDeliveries(tx, claim.agencyId, claim.blastId, others);
  const planned = plan(blast, [...claimed, ...locked]);
  const wanted = new Set(planned.claim);
  if (wanted.size !== ours.size || !wanted.isSubsetOf(ours))
    throw new ClaimedTooMuch(`${ours.size} deliveries were claimed, ${wanted.size} were to be`);
  await writeRest(tx, claim, blast, planned);
  // They are nobody else's, and the plan has seen them as they were.
  for (const delivery of claimed) delivery.attempt += 1;
  return { blast, deliveries: claimed };
}

/** Verdicts that the plan may hold against an address. */
function verdictsAgainst(blast: ClaimableBlast): VerdictText[] {
  if (!blast.verify_addresses) return [];
  return blast.unknown_address_policy === "skip" ? ["undeliverable", "unknown"] : ["undeliverable"];
}

async function writeRest(tx: Tx, { agencyId, blastId }: Claim, blast: ClaimableBlast, planned: ClaimPlan) {
  if (planned.skip.length > 0)
    await recordTransitions(tx, { agencyId, blastId, lane: blast.lane }, planned.skip);
  if (planned.postpone !== undefined && planned.postpone.length > 0)
    await postponeWakeups(tx, { agencyId, blastId, lane: blast.lane }, planned.postpone);
  if (planned.feedAfterMs !== undefined) await holdFeeder(tx, blastId, planned.feedAfterMs);
}

function withAttempts(
  locked: ClaimableDelivery[],
  attempts: ReadonlyMap<number, number>,
): ClaimableDelivery[] {
  return locked.flatMap((delivery) => {
    const attempt = attempts.get(delivery.seq);
    return attempt === undefined ? [] : [{ ...delivery, attempt }];
  });
}
