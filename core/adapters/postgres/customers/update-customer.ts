import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { CustomerValues } from "./customer-record.ts";

/** SQLSTATE unique_violation, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const uniqueViolation = "23505";

/**
 * Replaces all fields of a customer. After `external_id_taken` the transaction is spent: the caller must leave it by throwing.
 */
export async function updateCustomer(
  tx: Tx,
  agencyId: string,
  customerId: string,
  values: CustomerValues,
): Promise<"updated" | "unknown" | "external_id_taken"> {
  try {
    const { numAffectedRows } = await sql`
      UPDATE customers SET external_id = ${values.externalId}, email = ${values.email}, address_key = ${values.addressKey},
        first_name = ${values.firstName}, last_name = ${values.lastName}, locale = ${values.locale},
        status = ${values.status}, attributes = ${JSON.stringify(values.attributes)}, updated_at = now()
      WHERE id = ${customerId} AND agency_id = ${agencyId} AND status <> 'deleted'`.execute(tx);
    return numAffectedRows === 1n ? "updated" : "unknown";
  } catch (error) {
    if ((error as { code?: unknown }).code === uniqueViolation) return "external_id_taken";
    throw error;
  }
}
