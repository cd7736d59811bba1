import { sql } from "kysely";
import { closeGate } from "../agencies/gate.ts";
import type { Tx } from "../database.ts";

/**
 * Forgets a customer's personal data. The row stays, blank, because deliveries and activities point to it; suppressions stay,
 * because forgetting somebody must not start mail to them. It closes the agency's gate: no later claim writes to them. Answers false when there is no such customer.
 */
export async function deleteCustomer(tx: Tx, agencyId: string, customerId: string): Promise<boolean> {
  await closeGate(tx, agencyId);
  const { rows } = await sql<{ address_key: string }>`
    WITH before AS (
      SELECT id, address_key FROM customers
      WHERE id = ${customerId} AND agency_id = ${agencyId} AND status <> 'deleted' FOR UPDATE
    )
    UPDATE customers c SET status = 'deleted', external_id = NULL, email = '', address_key = 'deleted:' || c.id,
      first_name = '', last_name = '', locale = '', attributes = '{}', updated_at = now()
    FROM before WHERE c.id = before.id RETURNING before.address_key`.execute(tx);
  const addressKey = rows[0]?.address_key;
  if (addressKey === undefined) return false;
  await sql`DELETE FROM customer_list_members WHERE customer_id = ${customerId} AND agency_id = ${agencyId}`.execute(
    tx,
  );
  // While a blast runs, the key still keeps a second mail from the same address, so it goes only with the blast's end.
  await sql`
    UPDATE deliveries d SET address = NULL,
      address_key = CASE WHEN b.completed_at IS NULL THEN d.address_key END
    FROM blasts b
    WHERE d.customer_id = ${customerId} AND d.agency_id = ${agencyId} AND b.id = d.blast_id
      AND (d.address IS NOT NULL OR d.address_key IS NOT NULL)`.execute(tx);
  await sql`
    DELETE FROM address_verdicts v
    WHERE v.agency_id = ${agencyId} AND v.address_key = ${addressKey}
      AND NOT EXISTS (SELECT FROM customers c WHERE c.agency_id = ${agencyId} AND c.address_key = ${addressKey})`.execute(
    tx,
  );
  return true;
}
