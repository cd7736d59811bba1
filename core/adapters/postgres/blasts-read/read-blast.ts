import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { blastColumns, blastCounters, type BlastRecord } from "./blast-record.ts";

/** One blast; undefined when the agency has no such blast. */
export async function readBlast(tx: Tx, agencyId: string, blastId: string): Promise<BlastRecord | undefined> {
  const { rows } = await sql<BlastRecord>`
    SELECT ${blastColumns} FROM blasts b ${blastCounters}
    WHERE b.id = ${blastId} AND b.agency_id = ${agencyId}`.execute(tx);
  return rows[0];
}
