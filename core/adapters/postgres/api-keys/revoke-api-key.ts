import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Ends a key, of this user or (undefined) of anyone in the agency. False when there is no such key; an ended one stays as it is. */
export async function revokeApiKey(
  tx: Tx,
  agencyId: string,
  keyId: string,
  userId: string | undefined,
): Promise<boolean> {
  let query = tx
    .updateTable("api_keys")
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where("agency_id", "=", agencyId)
    .where("id", "=", keyId);
  if (userId !== undefined) query = query.where("user_id", "=", userId);
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
