import { sql, type RawBuilder } from "kysely";
import { ownShard } from "../blasts/progress.ts";
import type { Tx } from "../database.ts";
import type { DeliveryStateText } from "../schema.ts";
import type { RecordScope, Transition } from "./record.ts";
import { intArray } from "./text-array.ts";
import { withinBatch } from "./within-batch.ts";

/**
 * One statement: changes those deliveries that still are what the writer believes, and writes beside each what belongs to it; then the
 * blast's counters and one ledger row for all that were accepted. `transitions` are in order of sequence, so that two that meet wait for each
 * other instead of dying of each other. Answers the sequences that changed.
 */
export async function changeStates(
  tx: Tx,
  scope: RecordScope,
  transitions: readonly Transition[],
): Promise<Set<number>> {
  const { kinds, kindOf } = sortByKind(transitions);
  const seqs = transitions.map(({ seq }) => seq);
  const place = sql`array_position(${intArray(seqs)}::int[], d.seq)`;
  const k = kinds.length === 1 ? sql`1` : sql`(${intArray(kindOf)}::int[])[${place}]`;
  const delay = transitions.some(({ delayMs = 0 }) => delayMs > 0)
    ? sql`(${intArray(transitions.map((t) => (t.delayMs ?? 0) / 1000))}::float8[])[${place}]`
    : sql`0::float8`;
  // Of the only kind it is a plain value, which costs a row nothing.
  const ofKind = <T>(type: string, read: (kind: Transition) => T) =>
    kinds.length === 1
      ? sql`${read(kinds[0]!)}::${sql.raw(type)}`
      : sql`(${kinds.map(read)}::${sql.raw(type)}[])[${k}]`;
  const from = ofKind("text", (t) => t.from);
  // One table and no join: the planner, which knows a young blast by old statistics only, could take a batch for a row or two and read the
  // whole blast for each delivery. So what differs is looked up by place.
  const { rows } = await sql<{ all: boolean; seqs: number[] }>`
    ${nameOf(scope, kinds)} WITH ${endClaim(scope)} changed AS (
      UPDATE deliveries d SET state = ${ofKind("text", (t) => t.to)}, reason = ${ofKind("text", (t) => t.reason ?? "")}, step = d.step + 1,
        changed_at = clock_timestamp(),
        provider_message_id = coalesce(${ofKind("text", (t) => t.providerMessageId ?? null)}, d.provider_message_id)
      WHERE d.blast_id = ${scope.blastId} AND d.agency_id = ${scope.agencyId} AND d.seq = ANY(${intArray(seqs)}::int[]) ${withinBatch(seqs)}
        AND d.attempt = ${ofKind("int", (t) => t.attempt)} AND d.state = ${from} ${afterClaim(scope)}
      RETURNING d.seq, d.step, d.attempt, d.customer_id, d.claimed_at, d.state, ${from} AS from_state, ${k} AS k, ${delay} AS delay_s
    ), ${sql.join(companions(scope, kinds))}, counted AS (
      INSERT INTO blast_progress (blast_id, shard, agency_id, accepted, skipped, rejected, retrying, in_doubt, held)
      SELECT ${scope.blastId}, ${ownShard}, ${scope.agencyId}, ${sql.join(countedStates.map(netCount))}
      FROM changed HAVING count(*) > 0
      ON CONFLICT (blast_id, shard) DO UPDATE SET
        accepted = blast_progress.accepted + excluded.accepted, skipped = blast_progress.skipped + excluded.skipped,
        rejected = blast_progress.rejected + excluded.rejected, retrying = blast_progress.retrying + excluded.retrying,
        in_doubt = blast_progress.in_doubt + excluded.in_doubt, held = blast_progress.held + excluded.held,
        changed_at = now()
    )
    SELECT count(*) = ${seqs.length}::int AS all, CASE WHEN count(*) = ${seqs.length}::int THEN '{}' ELSE array_agg(seq) END AS seqs
    FROM changed`.execute(tx);
  const { all, seqs: some } = rows[0]!;
  // Told in one word when all did, as nearly always: a row for each would cost more than the count.
  return new Set(all ? seqs : some);
}

/** The statement that nearly all are is planned once a connection; the others have too many shapes. */
function nameOf({ claimId }: RecordScope, kinds: readonly Transition[]): RawBuilder<unknown> {
  const [kind] = kinds;
  const usual =
    claimId !== undefined && kinds.length === 1 && kind?.from === "sending" && kind.to === "accepted";
  return usual && (kind.delayMs ?? 0) === 0 ? sql`/* prepared record-accepted */` : sql``;
}

/** What the deliveries of a batch share is sent once: nearly all have one fate. `kindOf` counts from 1. */
function sortByKind(transitions: readonly Transition[]): { kinds: Transition[]; kindOf: number[] } {
  const places = new Map<string, number>();
  const kinds: Transition[] = [];
  let last: Transition | undefined;
  let place = 0;
  const kindOf = transitions.map((transition) => {
    if (last !== undefined && sameKind(last, transition)) return place;
    last = transition;
    const key = JSON.stringify([
      transition.from,
      transition.to,
      // A batch may hold first tries and others: each must match its own.
      transition.attempt,
      transition.providerMessageId,
      dataOf(transition),
    ]);
    place = places.get(key) ?? kinds.push(transition);
    places.set(key, place);
    return place;
  });
  return { kinds, kindOf };
}

/** Whether two are of one kind for certain, without writing both out. */
function sameKind(left: Transition, right: Transition): boolean {
  return (
    left.from === right.from &&
    left.to === right.to &&
    left.attempt === right.attempt &&
    left.reason === right.reason &&
    left.providerMessageId === right.providerMessageId &&
    left.evidence === right.evidence
  );
}

/** What the Activities of a kind say, without what is each one's own: when it was claimed, and for how long it was in doubt. */
function dataOf({ attempt, reason = "", providerMessageId, evidence }: Transition): string {
  return JSON.stringify({
    attempt: String(attempt),
    ...(reason === "" ? {} : { reason }),
    ...(providerMessageId === undefined ? {} : { provider_message_id: providerMessageId }),
    ...evidence,
  });
}

// Locks are taken in one order everywhere, the lease before its deliveries and these by sequence: whoever ends expired leases meets
// whoever records late, and one would die of the other with the provider's answer in its hands.
function endClaim({ claimId }: RecordScope): RawBuilder<unknown> {
  return claimId === undefined
    ? sql``
    : sql`ended AS (DELETE FROM claims WHERE id = ${claimId} RETURNING created_at),`;
}

function afterClaim({ claimId }: RecordScope): RawBuilder<unknown> {
  return claimId === undefined ? sql`` : sql`AND (SELECT count(*) FROM ended) >= 0`;
}

/** The rows beside a delivery; only those that these kinds can have, since each costs its plan. */
function companions(scope: RecordScope, kinds: readonly Transition[]): RawBuilder<unknown>[] {
  const enters = (state: DeliveryStateText) => kinds.some(({ to }) => to === state);
  const leaves = (state: DeliveryStateText) => kinds.some(({ from }) => from === state);
  const parts = [logged(scope, kinds, leaves("in_doubt"))];
  if (enters("accepted"))
    parts.push(sql`settled AS (
      INSERT INTO ledger (agency_id, blast_id, kind, amount, reserved)
      SELECT ${scope.agencyId}, ${scope.blastId}, 'settle', 0, -count(*) FROM changed WHERE state = 'accepted' HAVING count(*) > 0
    )`);
  if (enters("retry"))
    parts.push(sql`woken AS (
      INSERT INTO wakeups (blast_id, seq, agency_id, customer_id, lane, attempt, at)
      SELECT ${scope.blastId}, seq, ${scope.agencyId}, customer_id, ${scope.lane}, attempt,
        clock_timestamp() + make_interval(secs => delay_s)
      FROM changed WHERE state = 'retry'
      ON CONFLICT (blast_id, seq) DO UPDATE SET at = excluded.at, attempt = excluded.attempt
    )`);
  if (enters("in_doubt"))
    parts.push(sql`doubted AS (
      INSERT INTO doubts (blast_id, seq, agency_id, attempt, since, claimed_at, next_look_at)
      SELECT ${scope.blastId}, seq, ${scope.agencyId}, attempt, clock_timestamp(), claimed_at,
        clock_timestamp() + make_interval(secs => delay_s)
      FROM changed WHERE state = 'in_doubt'
    )`);
  if (leaves("retry"))
    parts.push(sql`unwoken AS (
      DELETE FROM wakeups w USING changed
      WHERE w.blast_id = ${scope.blastId} AND w.seq = changed.seq AND changed.from_state = 'retry' AND changed.state <> 'retry'
    )`);
  if (leaves("in_doubt"))
    parts.push(sql`resolved AS (
      DELETE FROM doubts x USING changed
      WHERE x.blast_id = ${scope.blastId} AND x.seq = changed.seq AND changed.from_state = 'in_doubt'
    )`);
  return parts;
}

function logged(
  { agencyId, blastId, claimId }: RecordScope,
  kinds: readonly Transition[],
  withDoubts: boolean,
): RawBuilder<unknown> {
  const data = sql`${kinds.map(dataOf)}::jsonb[]`;
  const doubt = withDoubts
    ? sql`|| CASE WHEN from_state = 'in_doubt' THEN coalesce((SELECT jsonb_build_object('in_doubt_since', x.since, 'times_asked', x.looks::text)
            FROM doubts x WHERE x.blast_id = ${blastId} AND x.seq = changed.seq), '{}') ELSE '{}' END`
    : sql``;
  const each = sql`CASE WHEN attempt > 0 AND claimed_at IS NOT NULL THEN jsonb_build_object('claimed_at', claimed_at) ELSE '{}' END || (${data})[k] ${doubt}`;
  // Those that were claimed together were claimed at one moment, so what is told of them is put together once for all of a kind.
  const told =
    claimId === undefined || withDoubts
      ? each
      : sql`CASE WHEN claimed_at = (SELECT created_at FROM ended) THEN (ARRAY(
          SELECT jsonb_build_object('claimed_at', created_at) || of_kind FROM ended, unnest(${data}) WITH ORDINALITY AS u(of_kind, n) ORDER BY n
        ))[k] ELSE ${each} END`;
  return sql`logged AS (
      INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data, tx)
      SELECT ${blastId}, seq, step, ${agencyId}, customer_id, 'delivery.' || state, ${told}, (SELECT pg_current_xact_id()::text::bigint)
      FROM changed
    )`;
}

const countedStates = ["accepted", "skipped", "rejected", "retry", "in_doubt", "held"] as const;

/** Entering a counted state adds one to its counter, leaving takes one off; pending and sending are what is left over. */
function netCount(state: (typeof countedStates)[number]): RawBuilder<unknown> {
  const literal = sql.lit(state);
  return sql`count(*) FILTER (WHERE state = ${literal}) - count(*) FILTER (WHERE from_state = ${literal})`;
}
