import { sql } from "kysely";
import { releaseReserved, settleReserved } from "../credits/book.ts";
import { addProgress, type ProgressDelta } from "../blasts/progress.ts";
import type { Tx } from "../database.ts";
import type { DeliveryStateText, LaneText } from "../schema.ts";
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
  // Locks are taken in one order everywhere, the lease before its deliveries and these by sequence: whoever ends expired leases meets
  // whoever records late, and one would die of the other with the provider's answer in its hands.
  if (scope.claimId !== undefined) await tx.deleteFrom("claims").where("id", "=", scope.claimId).execute();
  const changed = await changeStates(
    tx,
    scope,
    transitions.toSorted((left, right) => left.seq - right.seq),
  );
  const done = transitions.filter((transition) => changed.has(transition.seq));
  const { delta, reasons } = countTransitions(done);
  if (done.length > 0) await addProgress(tx, scope, delta, reasons);
  await settleReserved(tx, scope, done.filter((t) => t.to === "accepted").length);
  await releaseReserved(tx, scope, done.filter((t) => t.to === "skipped" || t.to === "rejected").length);
  return changed;
}

async function changeStates(tx: Tx, scope: RecordScope, transitions: Transition[]): Promise<Set<number>> {
  const column = <T>(read: (transition: Transition) => T) => transitions.map(read);
  const { rows } = await sql<{ seq: number }>`
    WITH t AS (
      SELECT * FROM unnest(
        ${column((t) => t.seq)}::int[], ${column((t) => t.attempt)}::int[], ${column((t) => t.from)}::text[],
        ${column((t) => t.to)}::text[], ${column((t) => t.reason ?? "")}::text[],
        ${column((t) => t.providerMessageId ?? null)}::text[], ${column((t) => JSON.stringify(t.evidence ?? {}))}::text[],
        ${column((t) => (t.delayMs ?? 0) / 1000)}::float8[]
      ) AS t(seq, attempt, from_state, to_state, reason, provider_message_id, evidence, delay_s)
    ), changed AS (
      UPDATE deliveries d SET state = t.to_state, reason = t.reason, step = d.step + 1, changed_at = clock_timestamp(),
        provider_message_id = coalesce(t.provider_message_id, d.provider_message_id)
      FROM t
      WHERE d.blast_id = ${scope.blastId} AND d.agency_id = ${scope.agencyId} AND d.seq = t.seq ${withinBatch(transitions.map(({ seq }) => seq))}
        AND d.attempt = t.attempt AND d.state = t.from_state
      RETURNING d.seq, d.step, d.attempt, d.customer_id, d.claimed_at, d.state, d.reason, d.provider_message_id,
        t.from_state, t.evidence, t.delay_s
    ), logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT ${scope.blastId}, seq, step, ${scope.agencyId}, customer_id, 'delivery.' || state,
        jsonb_strip_nulls(jsonb_build_object('attempt', attempt::text, 'claimed_at', CASE WHEN attempt > 0 THEN claimed_at END,
          'reason', nullif(reason, ''), 'provider_message_id', provider_message_id)) || evidence::jsonb
          || CASE WHEN from_state = 'in_doubt' THEN coalesce((SELECT jsonb_build_object('in_doubt_since', x.since, 'times_asked', x.looks::text)
            FROM doubts x WHERE x.blast_id = ${scope.blastId} AND x.seq = changed.seq), '{}') ELSE '{}' END
      FROM changed
    ), woken AS (
      INSERT INTO wakeups (blast_id, seq, agency_id, customer_id, lane, attempt, at)
      SELECT ${scope.blastId}, seq, ${scope.agencyId}, customer_id, ${scope.lane}, attempt,
        clock_timestamp() + make_interval(secs => delay_s)
      FROM changed WHERE state = 'retry'
      ON CONFLICT (blast_id, seq) DO UPDATE SET at = excluded.at, attempt = excluded.attempt
    ), doubted AS (
      INSERT INTO doubts (blast_id, seq, agency_id, attempt, since, claimed_at, next_look_at)
      SELECT ${scope.blastId}, seq, ${scope.agencyId}, attempt, clock_timestamp(), claimed_at,
        clock_timestamp() + make_interval(secs => delay_s)
      FROM changed WHERE state = 'in_doubt'
    ), unwoken AS (
      DELETE FROM wakeups w USING changed
      WHERE w.blast_id = ${scope.blastId} AND w.seq = changed.seq AND changed.from_state = 'retry' AND changed.state <> 'retry'
    ), resolved AS (
      DELETE FROM doubts x USING changed
      WHERE x.blast_id = ${scope.blastId} AND x.seq = changed.seq AND changed.from_state = 'in_doubt'
    )
    SELECT seq FROM changed`.execute(tx);
  return new Set(rows.map((row) => row.seq));
}

const counterOf: Partial<Record<DeliveryStateText, keyof ProgressDelta>> = {
  accepted: "accepted",
  skipped: "skipped",
  rejected: "rejected",
  retry: "retrying",
  in_doubt: "in_doubt",
  held: "held",
};

/** Leaving a counted state takes one off its counter, entering one adds one; pending and sending are what is left over. */
function countTransitions(done: Transition[]): { delta: ProgressDelta; reasons: Record<string, number> } {
  const delta: ProgressDelta = {};
  const reasons: Record<string, number> = {};
  for (const transition of done) {
    const left = counterOf[transition.from];
    const entered = counterOf[transition.to];
    if (left !== undefined) delta[left] = (delta[left] ?? 0) - 1;
    if (entered !== undefined) delta[entered] = (delta[entered] ?? 0) + 1;
    if (transition.from === "rejected" && transition.fromReason !== undefined)
      reasons[transition.fromReason] = (reasons[transition.fromReason] ?? 0) - 1;
    if (transition.to === "skipped" || transition.to === "rejected") {
      const reason = transition.reason ?? "unknown";
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
  }
  return { delta, reasons };
}
