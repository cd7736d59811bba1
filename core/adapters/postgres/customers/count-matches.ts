import { sql } from "kysely";
import type { ImportRow } from "#core/domain/import/read-row.ts";
import type { Tx } from "../database.ts";
import { addressOwner } from "./import-rows.ts";

/** How many customers a page of rows would create; the other rows are customers that exist. Reads only. */
export async function countNewCustomers(
  tx: Tx,
  agencyId: string,
  rows: readonly ImportRow[],
): Promise<number> {
  const externalIds = [...new Set(rows.flatMap((row) => row.externalId ?? []))];
  const keys = [...new Set(rows.flatMap((row) => (row.externalId === null ? [row.addressKey] : [])))];
  const { rows: counts } = await sql<{ count: number }>`
    SELECT (
      SELECT count(*) FROM unnest(${externalIds}::text[]) e (external_id)
      WHERE NOT EXISTS (SELECT FROM customers c WHERE c.agency_id = ${agencyId} AND c.external_id = e.external_id)
    ) + (
      SELECT count(*) FROM unnest(${keys}::text[]) i (address_key) WHERE ${addressOwner(agencyId)} IS NULL
    ) AS count`.execute(tx);
  return counts[0]?.count ?? 0;
}
