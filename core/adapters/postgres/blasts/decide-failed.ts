import { sql } from "kysely";
import { reserve } from "../credits/book.ts";
import type { Tx } from "../database.ts";
import { recordTransitions, type Transition } from "../deliveries/record.ts";
import type { BlastStateText, LaneText } from "../schema.ts";

/** Which of a blast's deliveries a person decides about. Undefined: all. */
export interface Chosen {
  reason: string | undefined;
  seqs: number[] | undefined;
}

export type Decided =
  | { kind: "unknown" }
  /** Cancelled or refused: nothing of it is sent any more. */
  | { kind: "stopped"; state: BlastStateText }
  | { kind: "no_credit"; needed: number; balance: number }
  /** `remaining` were chosen too, and are beyond what one call does. */
  | { kind: "ok"; changed: number; remaining: number };

// A statement's worth of rows, and a transaction's: a few seconds, in which nobody waits but another decision about the same blast.
const pageRows = 5_000;
const maxPages = 10;

/**
 * Sets rejected and held deliveries on RETRY, because a person says so. What was rejected had given its credit back, so it is reserved again,
 * all or none. A blast that had completed goes on. Opt-outs and the like are checked by the claim, as for every try.
 */
export async function retryFailed(
  tx: Tx,
  scope: { agencyId: string; blastId: string; decided: string },
  states: readonly ("rejected" | "held")[],
  chosen: Chosen,
): Promise<Decided> {
  const blast = await lockBlast(tx, scope);
  if (blast === undefined) return { kind: "unknown" };
  if (blast.state === "cancelled" || blast.state === "refused")
    return { kind: "stopped", state: blast.state };
  const found = await count(tx, scope.blastId, states, chosen);
  if (found.all === 0) return { kind: "ok", changed: 0, remaining: 0 };
  const balance = await balanceOf(tx, scope.agencyId);
  if (balance < found.rejected) return { kind: "no_credit", needed: found.rejected, balance };
  // Only those of this call; with the whole checked before, a later call fails only when others have spent the rest.
  if (!(await reserve(tx, scope, found.rejectedNow)))
    return { kind: "no_credit", needed: found.rejected, balance };
  await sql`
    UPDATE blasts SET state = 'sending', completed_at = NULL, reopened = reopened + 1
    WHERE id = ${scope.blastId}`.execute(tx);
  const changed = await change(tx, { ...scope, lane: blast.lane }, states, chosen, (row) => ({
    ...row,
    fromReason: row.reason,
    to: "retry",
    reason: "asked_again",
    evidence: { decided: scope.decided },
  }));
  return { kind: "ok", changed, remaining: found.all - changed };
}

/** Gives up held deliveries: they become REJECTED(given_up) and their credit returns. Also of blasts that have ended. */
export async function rejectHeld(
  tx: Tx,
  scope: { agencyId: string; blastId: string; decided: string },
  chosen: Chosen,
): Promise<Decided> {
  const blast = await lockBlast(tx, scope);
  if (blast === undefined) return { kind: "unknown" };
  const found = await count(tx, scope.blastId, ["held"], chosen);
  const changed = await change(tx, { ...scope, lane: blast.lane }, ["held"], chosen, (row) => ({
    ...row,
    to: "rejected",
    reason: "given_up",
    evidence: { decided: scope.decided },
  }));
  return { kind: "ok", changed, remaining: found.all - changed };
}

async function lockBlast(
  tx: Tx,
  { agencyId, blastId }: { agencyId: string; blastId: string },
): Promise<{ state: BlastStateText; lane: LaneText } | undefined> {
  return tx
    .selectFrom("blasts")
    .select(["state", "lane"])
    .where("id", "=", blastId)
    .where("agency_id", "=", agencyId)
    .forUpdate()
    .executeTakeFirst();
}

async function balanceOf(tx: Tx, agencyId: string): Promise<number> {
  const credits = await tx
    .selectFrom("credits")
    .select("balance")
    .where("agency_id", "=", agencyId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return credits.balance;
}

function matching(states: readonly string[], { reason, seqs }: Chosen) {
  return sql`state = ANY(${states}::text[])
    ${reason === undefined ? sql`` : sql`AND reason = ${reason}`} ${seqs === undefined ? sql`` : sql`AND seq = ANY(${seqs}::int[])`}`;
}

async function count(tx: Tx, blastId: string, states: readonly string[], chosen: Chosen) {
  const { rows } = await sql<{ all: number; rejected: number; rejectedNow: number }>`
    SELECT count(*)::int AS all, (count(*) FILTER (WHERE state = 'rejected'))::int AS rejected,
      (count(*) FILTER (WHERE state = 'rejected' AND place <= ${pageRows * maxPages}))::int AS "rejectedNow"
    FROM (
      SELECT state, row_number() OVER (ORDER BY seq) AS place FROM deliveries
      WHERE blast_id = ${blastId} AND ${matching(states, chosen)}
    ) d`.execute(tx);
  return rows[0]!;
}

type Row = { seq: number; attempt: number; from: "rejected" | "held"; reason: string };

async function change(
  tx: Tx,
  scope: { agencyId: string; blastId: string; lane: LaneText },
  states: readonly string[],
  chosen: Chosen,
  decide: (row: Row) => Transition,
): Promise<number> {
  let changed = 0;
  for (let page = 0, after = 0; page < maxPages; page++) {
    const { rows } = await sql<Row>`
      SELECT seq, attempt, state AS "from", reason FROM deliveries
      WHERE blast_id = ${scope.blastId} AND seq > ${after} AND ${matching(states, chosen)}
      ORDER BY seq LIMIT ${pageRows} FOR UPDATE`.execute(tx);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.seq;
    changed += (await recordTransitions(tx, scope, rows.map(decide))).size;
  }
  return changed;
}
