import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A customer list and how many customers are on it. */
export interface CustomerListRecord {
  id: string;
  name: string;
  size: number;
  created_at: Date;
}

/** Creates an empty list; undefined when the agency has one of this name. */
export async function createList(
  tx: Tx,
  agencyId: string,
  name: string,
): Promise<CustomerListRecord | undefined> {
  const { rows } = await sql<CustomerListRecord>`
    INSERT INTO customer_lists (agency_id, name) VALUES (${agencyId}, ${name})
    ON CONFLICT (agency_id, name) DO NOTHING
    RETURNING id, name, 0 AS size, created_at`.execute(tx);
  return rows[0];
}
