import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** One customer on one list. */
export interface Membership {
  listId: string;
  customerId: string;
}

/** Puts customers on lists; answers how many were not there before. */
export async function addMembers(tx: Tx, agencyId: string, members: readonly Membership[]): Promise<number> {
  const listIds = members.map((member) => member.listId);
  const customerIds = members.map((member) => member.customerId);
  // In one order, so that two imports into one list do not lock each other out.
  const { numAffectedRows } = await sql`
    INSERT INTO customer_list_members (list_id, customer_id, agency_id)
    SELECT DISTINCT m.list_id, m.customer_id, ${agencyId}::uuid
    FROM unnest(${listIds}::uuid[], ${customerIds}::uuid[]) m (list_id, customer_id) ORDER BY 1, 2
    ON CONFLICT DO NOTHING`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
