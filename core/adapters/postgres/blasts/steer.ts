import { sql } from "kysely";
import { closeGate } from "../agencies/gate.ts";
import type { Tx } from "../database.ts";
import { rewindBlasts } from "./rewind.ts";

/** The blast does not exist in this agency. */
export type Steered =
  | { kind: "unknown" }
  | { kind: "ended"; state: string }
  | { kind: "ok"; alreadyLeft: number };

/**
 * Cancels a blast that has not ended. Closes the agency's gate, so that no claim that has not committed sends after it. What had
 * left: accepted, rejected, held, in doubt, and what is on its way now.
 */
export async function cancelBlast(tx: Tx, agencyId: string, blastId: string): Promise<Steered> {
  await closeGate(tx, agencyId);
  const state = await endedState(tx, agencyId, blastId);
  if (state !== "running") return state;
  await sql`UPDATE blasts SET state = 'cancelled' WHERE id = ${blastId}`.execute(tx);
  const { rows } = await sql<{ left: number }>`
    SELECT coalesce((SELECT sum(accepted + rejected + held + in_doubt) FROM blast_progress WHERE blast_id = ${blastId}), 0)::int
      + coalesce((SELECT sum(cardinality(seqs)) FROM claims WHERE blast_id = ${blastId}), 0)::int AS left`.execute(
    tx,
  );
  return { kind: "ok", alreadyLeft: rows[0]!.left };
}

/** Pauses or resumes a blast; what is on its way goes on. */
export async function pauseBlast(
  tx: Tx,
  agencyId: string,
  blastId: string,
  paused: boolean,
): Promise<Steered> {
  await closeGate(tx, agencyId);
  const state = await endedState(tx, agencyId, blastId);
  if (state !== "running") return state;
  await sql`UPDATE blasts SET paused = ${paused} WHERE id = ${blastId}`.execute(tx);
  if (!paused) await rewindBlasts(tx, { blastId });
  return { kind: "ok", alreadyLeft: 0 };
}

async function endedState(tx: Tx, agencyId: string, blastId: string): Promise<Steered | "running"> {
  const blast = await tx
    .selectFrom("blasts")
    .select("state")
    .where("id", "=", blastId)
    .where("agency_id", "=", agencyId)
    .forUpdate()
    .executeTakeFirst();
  if (blast === undefined) return { kind: "unknown" };
  if (blast.state === "completed" || blast.state === "cancelled" || blast.state === "refused") {
    return { kind: "ended", state: blast.state };
  }
  return "running";
}
