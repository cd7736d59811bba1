import type { Tx } from "../database.ts";
import { type AgencyRecord, agencyColumns } from "./agency-record.ts";

/** Agencies in order of creation, after the one with the id `afterId`; at most `limit`. Runs as system. */
export async function listAgencies(
  tx: Tx,
  afterId: string | undefined,
  limit: number,
): Promise<AgencyRecord[]> {
  let query = tx.selectFrom("agencies").select(agencyColumns).orderBy("id").limit(limit);
  if (afterId !== undefined) query = query.where("id", ">", afterId);
  return query.execute();
}
