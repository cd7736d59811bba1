import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { customerColumns, type CustomerRecord } from "./customer-record.ts";

/** Which customers, and how far. */
export interface CustomerQuery {
  agencyId: string;
  /** Only those on this list. */
  listId?: string | undefined;
  /** Only those whose address is this one. */
  addressKey?: string | undefined;
  /** Only those whose address or name contains this, in any case. */
  search?: string | undefined;
  /** Goes on after this customer. */
  afterId?: string | undefined;
  limit: number;
}

// A text inside an address has no index, so a search reads customers one by one: this many take some 20 ms.
const maxScannedRows = 10_000;

/**
 * Customers in order of creation. A search looks at a bounded number of customers; when it stops at the bound, `scannedTo` says
 * where, and there may be more after it.
 */
export async function listCustomers(
  tx: Tx,
  query: CustomerQuery,
): Promise<{ rows: CustomerRecord[]; scannedTo: string | undefined }> {
  const candidates = candidatesOf(query);
  if (!query.search) {
    const { rows } = await sql<CustomerRecord>`
      SELECT ${customerColumns} FROM (${candidates} LIMIT ${query.limit}) c ORDER BY c.id`.execute(tx);
    return { rows, scannedTo: undefined };
  }
  const pattern = `%${query.search.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await sql<CustomerRecord>`
    SELECT ${customerColumns} FROM (${candidates} LIMIT ${maxScannedRows}) c
    WHERE lower(c.email || E'\\n' || c.first_name || ' ' || c.last_name) LIKE lower(${pattern})
    ORDER BY c.id LIMIT ${query.limit}`.execute(tx);
  if (rows.length === query.limit) return { rows, scannedTo: undefined };
  const bound = await sql<{ id: string }>`
    SELECT c.id FROM (${candidates} OFFSET ${maxScannedRows - 1} LIMIT 1) c`.execute(tx);
  return { rows, scannedTo: bound.rows[0]?.id };
}

function candidatesOf({ agencyId, listId, addressKey, afterId }: CustomerQuery) {
  const address = addressKey === undefined ? sql`` : sql`AND c.address_key = ${addressKey}`;
  if (listId !== undefined) {
    // One look-up a member, in the list's own order: of a list of a million the planner would rather sort all for the sake of a page.
    return sql`
      SELECT c.* FROM customer_list_members m CROSS JOIN LATERAL (
        SELECT * FROM customers k WHERE k.id = m.customer_id OFFSET 0
      ) c
      WHERE m.list_id = ${listId} AND m.agency_id = ${agencyId} AND c.status <> 'deleted' ${address}
        ${afterId === undefined ? sql`` : sql`AND m.customer_id > ${afterId}`}
      ORDER BY m.customer_id`;
  }
  return sql`
    SELECT c.* FROM customers c
    WHERE c.agency_id = ${agencyId} AND c.status <> 'deleted' ${address}
      ${afterId === undefined ? sql`` : sql`AND c.id > ${afterId}`}
    ORDER BY c.id`;
}
