import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { CustomerListRecord } from "./create-list.ts";

/** Lists of an agency by name, after the list with the id `afterId`; at most `limit`. With `customerId` only those he is on. */
export async function listLists(
  tx: Tx,
  agencyId: string,
  afterId: string | undefined,
  limit: number,
  customerId?: string,
): Promise<CustomerListRecord[]> {
  const having =
    customerId === undefined
      ? sql``
      : sql`AND EXISTS (SELECT FROM customer_list_members m WHERE m.list_id = l.id AND m.customer_id = ${customerId})`;
  const { rows } = await sql<CustomerListRecord>`
    SELECT l.id, l.name, l.created_at,
      (SELECT coalesce(sum(s.members), 0)::int FROM customer_list_sizes s WHERE s.list_id = l.id) AS size
    FROM customer_lists l
    WHERE l.agency_id = ${agencyId} ${having}
      AND (${afterId ?? null}::uuid IS NULL OR l.name > (SELECT name FROM customer_lists WHERE id = ${afterId ?? null}::uuid))
    ORDER BY l.name LIMIT ${limit}`.execute(tx);
  return rows;
}
