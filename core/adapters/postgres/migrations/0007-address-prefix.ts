import { sql, type Kysely } from "kysely";

/**
 * Customers by the beginning of their address, whatever collation the database was made with; it also serves whole addresses, so it
 * takes the place of the index that did only that. Building it holds a SHARE lock: reads go on, writes wait, some three seconds a million.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(/* sql */ `
CREATE INDEX customers_by_address_prefix ON customers (agency_id, address_key text_pattern_ops);
DROP INDEX customers_by_address;`)
    .execute(database);
}
