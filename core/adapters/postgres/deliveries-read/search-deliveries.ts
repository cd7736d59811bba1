import { sql, type RawBuilder } from "kysely";
import type { Tx } from "../database.ts";
import { deliveryColumns, type DeliveryRecord } from "./delivery-record.ts";
import { type DeliveryQuery, releasedOrNot } from "./list-deliveries.ts";

/** Which deliveries of a blast, by the beginning of their address in lower case. */
export type DeliverySearch = Pick<DeliveryQuery, "agencyId" | "blastId" | "state" | "queued" | "reason"> & {
  beginning: string;
  limit: number;
};

// Up to so many deliveries are simply read, which takes some 20 ms.
const maxScannedRows = 20_000;
// In larger blasts the agency's customers are found first, by an index, and each is looked for in the blast: some 20 ms.
const maxCustomers = 2_000;
// More than anybody reads; what the contract names.
const maxFound = 200;

/**
 * Deliveries of a blast whose address begins with a text, in order of their sequence. In a blast of any size it reads a bounded number of
 * rows; when more customers than that begin so, a longer text finds the others.
 */
export async function searchDeliveries(
  tx: Tx,
  search: DeliverySearch,
  audienceSize: number,
): Promise<DeliveryRecord[]> {
  const limit = Math.min(search.limit, maxFound);
  const found = audienceSize <= maxScannedRows ? scanned(search) : byCustomer(search);
  const { rows } = await sql<DeliveryRecord>`
    SELECT ${deliveryColumns}
    FROM (${found}) d JOIN blasts b ON b.id = d.blast_id LEFT JOIN customers c ON c.id = d.customer_id
    WHERE true ${releasedOrNot(search)} ORDER BY d.seq LIMIT ${limit}`.execute(tx);
  return rows;
}

/**
 * SQL that says whether a column begins so, by the bytes. Not LIKE: that is no leak-proof operator, so under row-level security it would only
 * be asked after every row of the agency was read, index or not; these are.
 */
function begins(column: RawBuilder<unknown>, beginning: string): RawBuilder<unknown> {
  return sql`(${column} ~>=~ ${beginning} AND ${column} ~<~ ${beginning + lastCharacter})`;
}

// No text sorts after it.
const lastCharacter = "\u{10FFFF}";

/** Those that were skipped hold no address; their customers do. */
function scanned({ agencyId, blastId, beginning, ...filter }: DeliverySearch): RawBuilder<unknown> {
  return sql`
    SELECT d.* FROM deliveries d LEFT JOIN customers c ON c.id = d.customer_id AND d.address_key IS NULL
    WHERE d.blast_id = ${blastId} AND d.agency_id = ${agencyId} ${conditions(filter)}
      AND ${begins(sql`coalesce(d.address_key, c.address_key)`, beginning)}`;
}

/** Also by the whole address as it was frozen, for the customer may have another one now. */
function byCustomer({ agencyId, blastId, beginning, ...filter }: DeliverySearch): RawBuilder<unknown> {
  const ofBlast = sql`d.blast_id = ${blastId} AND d.agency_id = ${agencyId} ${conditions(filter)}`;
  return sql`
    SELECT d.* FROM (
      SELECT id FROM customers
      WHERE agency_id = ${agencyId} AND ${begins(sql`address_key`, beginning)}
      ORDER BY address_key USING ~<~ LIMIT ${maxCustomers}
    ) k CROSS JOIN LATERAL (
      SELECT * FROM deliveries d WHERE d.customer_id = k.id AND ${ofBlast} OFFSET 0
    ) d
    UNION SELECT d.* FROM deliveries d WHERE ${ofBlast} AND d.address_key = ${beginning}`;
}

function conditions({ state, reason }: Pick<DeliverySearch, "state" | "reason">): RawBuilder<unknown> {
  return sql`${state === undefined ? sql`` : sql`AND d.state = ${state}`}
    ${reason === undefined ? sql`` : sql`AND d.reason = ${reason}`}`;
}
