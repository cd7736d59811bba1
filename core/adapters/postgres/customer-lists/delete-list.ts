import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** What became of a list that was to be deleted; `by` and `name` say what still needs it. */
export type DeleteListOutcome =
  | { outcome: "deleted" }
  | { outcome: "unknown" }
  | { outcome: "in_use"; by: "schedule" | "blast"; name: string };

/**
 * Deletes a list and who is on it; the customers stay. The row is locked first, so that nobody joins meanwhile. A schedule that is still due
 * and a blast that is not frozen yet need the list, and keep it.
 */
export async function deleteList(tx: Tx, agencyId: string, listId: string): Promise<DeleteListOutcome> {
  const { rows: locked } = await sql`
    SELECT FROM customer_lists WHERE id = ${listId} AND agency_id = ${agencyId} FOR UPDATE`.execute(tx);
  if (locked.length === 0) return { outcome: "unknown" };
  const { rows: users } = await sql<{ by: "schedule" | "blast"; name: string }>`
    (SELECT 'schedule' AS by, name FROM schedules
     WHERE agency_id = ${agencyId} AND next_at IS NOT NULL AND audience->>'listId' = ${listId} LIMIT 1)
    UNION ALL
    (SELECT 'blast', name FROM blasts
     WHERE agency_id = ${agencyId} AND state IN ('accepted', 'freezing') AND audience->>'listId' = ${listId} LIMIT 1)`.execute(
    tx,
  );
  const user = users[0];
  if (user !== undefined) return { outcome: "in_use", ...user };
  // Before the list, for the trigger that counts members writes a row of sizes that must go with it.
  await sql`DELETE FROM customer_list_members WHERE list_id = ${listId}`.execute(tx);
  await sql`DELETE FROM customer_list_sizes WHERE list_id = ${listId}`.execute(tx);
  await sql`DELETE FROM customer_lists WHERE id = ${listId}`.execute(tx);
  return { outcome: "deleted" };
}
