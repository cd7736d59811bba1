import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { BlastStateText } from "../schema.ts";
import { blastColumns, blastCounters, type BlastRecord } from "./blast-record.ts";

/** Which blasts, and how far. */
export interface BlastQuery {
  agencyId: string;
  state?: BlastStateText | undefined;
  /** Only those that are paused, or that are not. */
  paused?: boolean | undefined;
  includeDirect: boolean;
  /** Goes on with blasts older than this one. */
  beforeId?: string | undefined;
  limit: number;
}

/** Blasts, newest first. Counters are read for the page only. */
export async function listBlasts(tx: Tx, query: BlastQuery): Promise<BlastRecord[]> {
  const { agencyId, state, paused, includeDirect, beforeId, limit } = query;
  const { rows } = await sql<BlastRecord>`
    SELECT ${blastColumns}
    FROM (
      SELECT * FROM blasts WHERE agency_id = ${agencyId}
        ${includeDirect ? sql`` : sql`AND NOT direct`}
        ${state === undefined ? sql`` : sql`AND state = ${state}`}
        ${paused === undefined ? sql`` : sql`AND paused = ${paused}`}
        ${beforeId === undefined ? sql`` : sql`AND id < ${beforeId}`}
      ORDER BY id DESC LIMIT ${limit}
    ) b ${blastCounters}
    ORDER BY b.id DESC`.execute(tx);
  return rows;
}
