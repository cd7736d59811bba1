import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { audienceFrom, type AudienceJson } from "./source.ts";

// A filter has no index, so customers are read one by one: this many take some 100 ms.
const maxScannedRows = 200_000;

/**
 * How many customers an audience has now, without any judgement. A list keeps its own count; a filter looks at a bounded number of
 * customers and says when there are more (`atLeast`).
 */
export async function countAudience(
  tx: Tx,
  agencyId: string,
  audience: AudienceJson,
): Promise<{ customers: number; atLeast: boolean }> {
  const members = audienceFrom(agencyId, audience);
  if (audience.listId !== undefined) {
    const { rows } = await sql<{ customers: number }>`
      SELECT coalesce(sum(members), 0)::int AS customers FROM customer_list_sizes
      WHERE list_id = ${audience.listId} AND agency_id = ${agencyId}`.execute(tx);
    return { customers: rows[0]?.customers ?? 0, atLeast: false };
  }
  const bound = audience.filter === undefined ? undefined : await boundOf(tx, agencyId);
  const upTo = bound === undefined ? sql`` : sql`AND c.id <= ${bound}`;
  const { rows } = await sql<{ customers: number }>`
    SELECT count(*)::int AS customers ${members} ${upTo}`.execute(tx);
  return { customers: rows[0]?.customers ?? 0, atLeast: bound !== undefined };
}

/** The last customer that is looked at; undefined when the agency has not more than that. */
async function boundOf(tx: Tx, agencyId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM customers WHERE agency_id = ${agencyId} ORDER BY id OFFSET ${maxScannedRows - 1} LIMIT 1`.execute(
    tx,
  );
  return rows[0]?.id;
}
