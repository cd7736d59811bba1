import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Takes a template out of lists; doing it again changes nothing. Answers false when there is no such template. */
export async function archiveTemplate(tx: Tx, agencyId: string, templateId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE templates SET archived_at = coalesce(archived_at, now())
    WHERE id = ${templateId} AND agency_id = ${agencyId}`.execute(tx);
  return numAffectedRows === 1n;
}
