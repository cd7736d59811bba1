import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { CustomerListRecord } from "./create-list.ts";

/** SQLSTATE unique_violation, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const uniqueViolation = "23505";

/** Gives a list another name. After `name_taken` the transaction is spent: the caller must leave it by throwing. */
export async function renameList(
  tx: Tx,
  agencyId: string,
  listId: string,
  name: string,
): Promise<CustomerListRecord | "unknown" | "name_taken"> {
  try {
    const { rows } = await sql<CustomerListRecord>`
      UPDATE customer_lists l SET name = ${name} WHERE id = ${listId} AND agency_id = ${agencyId}
      RETURNING id, name, created_at,
        (SELECT coalesce(sum(s.members), 0)::int FROM customer_list_sizes s WHERE s.list_id = l.id) AS size`.execute(
      tx,
    );
    return rows[0] ?? "unknown";
  } catch (error) {
    if ((error as { code?: unknown }).code === uniqueViolation) return "name_taken";
    throw error;
  }
}
