import type { Tx } from "../database.ts";
import { type AgencyRecord, agencyColumns } from "./agency-record.ts";

/** One agency; undefined when there is none. */
export async function readAgency(tx: Tx, agencyId: string): Promise<AgencyRecord | undefined> {
  return tx.selectFrom("agencies").select(agencyColumns).where("id", "=", agencyId).executeTakeFirst();
}
