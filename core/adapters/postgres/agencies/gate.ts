import { sql } from "kysely";
import type { Tx } from "../database.ts";

/*
 * The gate of an agency orders claims against decisions that must stop them. A claim passes through (shared); an opt-out, a
 * cancel, a pause closes it (exclusive) for the length of its own transaction. So every claim either committed before such a
 * decision, and is seen by it, or reads the decision. The locks live in memory: a claim pays no row lock for it.
 */

/**
 * Passes the gate; the caller's transaction must commit soon, because decisions wait for it. It leaves with the next statement and is a statement of
 * its own, so that the next one begins behind the gate and sees what was committed before it opened.
 */
export async function passGate(tx: Tx, agencyId: string): Promise<void> {
  await sql`
    /* prepared pass-gate, with the next */ SELECT pg_advisory_xact_lock_shared(hashtextextended(${"fanfare:gate:" + agencyId}, 0))`.execute(
    tx,
  );
}

/** Closes the gate until the caller's transaction ends. */
export async function closeGate(tx: Tx, agencyId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${"fanfare:gate:" + agencyId}, 0))`.execute(tx);
}
