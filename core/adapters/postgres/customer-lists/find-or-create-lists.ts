import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Ids of the lists of these names, in no order; those that are missing are created. */
export async function findOrCreateLists(
  tx: Tx,
  agencyId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  // The update of a known row changes nothing but makes it come back, and waits for an import that creates the same list.
  const { rows } = await sql<{ id: string; name: string }>`
    INSERT INTO customer_lists (agency_id, name)
    SELECT DISTINCT ${agencyId}::uuid, n FROM unnest(${names}::text[]) n ORDER BY 2
    ON CONFLICT (agency_id, name) DO UPDATE SET name = excluded.name
    RETURNING id, name`.execute(tx);
  return new Map(rows.map((row) => [row.name, row.id]));
}
