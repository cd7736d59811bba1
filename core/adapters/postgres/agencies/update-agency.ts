import type { Updateable } from "kysely";
import type { Tx } from "../database.ts";
import type { AgencyRow } from "../schema.ts";
import { type AgencyRecord, agencyColumns } from "./agency-record.ts";

/**
 * Changes an agency; undefined when there is none. A change that must stop mail (paused, suspended) is made with the agency's gate
 * closed in the same transaction (`closeGate`).
 */
export async function updateAgency(
  tx: Tx,
  agencyId: string,
  change: Updateable<AgencyRow>,
): Promise<AgencyRecord | undefined> {
  return tx
    .updateTable("agencies")
    .set(change)
    .where("id", "=", agencyId)
    .returning(agencyColumns)
    .executeTakeFirst();
}
