import { sql } from "kysely";
import { releaseReserved } from "../credits/book.ts";
import { addProgress } from "../blasts/progress.ts";
import type { Tx } from "../database.ts";
import type { DeliveryStateText, LaneText } from "../schema.ts";
import { changeStates } from "./change-states.ts";
import { intArray } from "./text-array.ts";
import { withinBatch } from "./within-batch.ts";

/** A change of state that is written only if the delivery still is what the writer believes: same state, same attempt. */
export interface Transition {
  seq: number;
  attempt: number;
  from: DeliveryStateText;
  to: "accepted" | "skipped" | "rejected" | "retry" | "in_doubt" | "held";
  reason?: string;
  /** Of a delivery that leaves `rejected`: the reason it was counted under. */
  fromReason?: string;
  providerMessageId?: string;
  /** Kept with the Activity: worker, provider's answer, who decided. */
  evidence?: Record<string, string>;
  /** For `retry`: when it is published again; for `in_doubt`: when the provider is asked first. */
  delayMs?: number;
}

export interface RecordScope {
  agencyId: string;
  blastId: string;
  lane: LaneText;
  /** Lease to end with it, if these were claimed together. */
  claimId?: string;
}

/**
 * Writes transitions of one blast with all that belongs to them, in one transaction: state, Activity, wake-up or doubt, credit,
 * counters. Answers the sequences that changed; the others had been changed by someone else and were left alone.
 */
export async function recordTransitions(
  tx: Tx,
  scope: RecordScope,
  transitions: Transition[],
): Promise<Set<number>> {
  const changed = await changeStates(
    tx,
    scope,
    transitions.toSorted((left, right) => left.seq - right.seq),
  );
  if (changed.size < transitions.length) await refuseToStrand(tx, scope, transitions, changed);
  const told = transitions.filter((each) => changed.has(each.seq) && tellsReason(each));
  if (told.length === 0) return changed;
  await addProgress(tx, scope, {}, countReasons(told));
  await releaseReserved(tx, scope, told.filter(({ to }) => endsUnsent(to)).length);
  return changed;
}

/**
 * With its lease gone and no doubt written, nothing would ever look at a delivery on its way again. So a record that ends the lease and
 * misses one that is still SENDING fails as a whole: the lease stays, runs out, and the provider is asked.
 */
async function refuseToStrand(
  tx: Tx,
  { blastId, claimId }: RecordScope,
  transitions: readonly Transition[],
  changed: ReadonlySet<number>,
): Promise<void> {
  if (claimId === undefined) return;
  const missed = transitions
    .filter(({ seq, from }) => from === "sending" && !changed.has(seq))
    .map(({ seq }) => seq);
  if (missed.length === 0) return;
  const { rows } = await sql<{ seq: number; attempt: number }>`
    SELECT d.seq, d.attempt FROM deliveries d
    WHERE d.blast_id = ${blastId} AND d.seq = ANY(${intArray(missed)}::int[]) ${withinBatch(missed)} AND d.state = 'sending'
      AND NOT EXISTS (SELECT FROM claims c WHERE c.blast_id = d.blast_id AND d.seq = ANY(c.seqs))`.execute(
    tx,
  );
  const [first] = rows;
  if (first === undefined) return;
  throw new Error(
    `${rows.length} deliveries of blast ${blastId} are still on their way under another attempt than was recorded, for example ` +
      `${first.seq} under ${first.attempt}; the lease ${claimId} stays until it runs out.`,
  );
}

const endsUnsent = (to: Transition["to"]): boolean => to === "skipped" || to === "rejected";

const tellsReason = ({ to, fromReason }: Transition): boolean => endsUnsent(to) || fromReason !== undefined;

function countReasons(told: Transition[]): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { from, fromReason, to, reason = "unknown" } of told) {
    if (from === "rejected" && fromReason !== undefined) reasons[fromReason] = (reasons[fromReason] ?? 0) - 1;
    if (endsUnsent(to)) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return reasons;
}
