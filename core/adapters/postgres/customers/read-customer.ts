import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { customerColumns, type CustomerRecord } from "./customer-record.ts";

/** One customer; undefined when there is none, or when it was deleted. */
export async function readCustomer(
  tx: Tx,
  agencyId: string,
  customerId: string,
): Promise<CustomerRecord | undefined> {
  const { rows } = await sql<CustomerRecord>`
    SELECT ${customerColumns} FROM customers c
    WHERE c.id = ${customerId} AND c.agency_id = ${agencyId} AND c.status <> 'deleted'`.execute(tx);
  return rows[0];
}
