import { sql } from "kysely";
import type { Tx } from "../database.ts";

// Enough to have seen the columns of the last imports, few enough to answer at once.
const newestCustomers = 1_000;

/** Attributes that the newest customers of an agency carry, and whether it has any customer. */
export async function attributeNames(tx: Tx, agencyId: string): Promise<{ any: boolean; names: string[] }> {
  const { rows } = await sql<{ any: boolean; names: string[] }>`
    WITH newest AS MATERIALIZED (
      SELECT attributes FROM customers WHERE agency_id = ${agencyId} AND status <> 'deleted'
      ORDER BY id DESC LIMIT ${newestCustomers}
    )
    SELECT EXISTS (SELECT FROM newest) AS any,
      ARRAY(SELECT DISTINCT jsonb_object_keys(attributes) FROM newest ORDER BY 1) AS names`.execute(tx);
  return rows[0] ?? { any: false, names: [] };
}
