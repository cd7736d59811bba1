import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Ids among these that are no customer of the agency, or of one deleted: how many, and the first few. */
export async function unknownCustomers(
  tx: Tx,
  agencyId: string,
  customerIds: readonly string[],
): Promise<{ count: number; first: string[] }> {
  const firstFew = 5;
  const { rows } = await sql<{ count: number; first: string[] | null }>`
    SELECT count(*)::int AS count, (array_agg(w.id::text ORDER BY w.position))[1:${sql.lit(firstFew)}] AS first
    FROM unnest(${customerIds}::uuid[]) WITH ORDINALITY w (id, position)
    WHERE NOT EXISTS (SELECT FROM customers c
      WHERE c.id = w.id AND c.agency_id = ${agencyId} AND c.status <> 'deleted')`.execute(tx);
  return { count: rows[0]?.count ?? 0, first: rows[0]?.first ?? [] };
}
