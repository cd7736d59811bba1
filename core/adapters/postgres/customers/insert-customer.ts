import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { CustomerValues } from "./customer-record.ts";

/** Stores a new customer; answers its id, or undefined when its external id is another customer's. */
export async function insertCustomer(
  tx: Tx,
  agencyId: string,
  values: CustomerValues,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    INSERT INTO customers (agency_id, external_id, email, address_key, first_name, last_name, locale, status, attributes)
    VALUES (${agencyId}, ${values.externalId}, ${values.email}, ${values.addressKey}, ${values.firstName},
      ${values.lastName}, ${values.locale}, ${values.status}, ${JSON.stringify(values.attributes)})
    ON CONFLICT (agency_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
    RETURNING id`.execute(tx);
  return rows[0]?.id;
}
