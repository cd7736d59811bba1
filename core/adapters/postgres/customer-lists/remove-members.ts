import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Takes customers off a list; answers how many were on it. */
export async function removeMembers(
  tx: Tx,
  agencyId: string,
  listId: string,
  customerIds: readonly string[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM customer_list_members
    WHERE list_id = ${listId} AND agency_id = ${agencyId} AND customer_id = ANY(${customerIds}::uuid[])`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0n);
}
