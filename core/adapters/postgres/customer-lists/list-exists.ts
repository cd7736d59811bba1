import type { Tx } from "../database.ts";

/** True when the agency has this list. */
export async function listExists(tx: Tx, agencyId: string, listId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("customer_lists")
    .select("id")
    .where("id", "=", listId)
    .where("agency_id", "=", agencyId)
    .executeTakeFirst();
  return row !== undefined;
}
