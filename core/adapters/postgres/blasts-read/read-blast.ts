import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { planByIndex } from "../plan-by-index.ts";
import { blastColumns, blastCounters, type BlastRecord } from "./blast-record.ts";

/** One blast; undefined when the agency has no such blast. Who follows a blast asks again and again, so it is planned once a connection. */
export async function readBlast(tx: Tx, agencyId: string, blastId: string): Promise<BlastRecord | undefined> {
  await planByIndex(tx);
  const { rows } = await sql<BlastRecord>`
    /* prepared read-blast */ SELECT ${blastColumns} FROM blasts b ${blastCounters}
    WHERE b.id = ${blastId} AND b.agency_id = ${agencyId}`.execute(tx);
  return rows[0];
}
