import type { Tx } from "../database.ts";
import { type UserRecord, userColumns } from "./user-record.ts";

/** Users of the agency in order of creation, after the one with the id `afterId`; at most `limit`. */
export async function listUsers(
  tx: Tx,
  agencyId: string,
  afterId: string | undefined,
  limit: number,
): Promise<UserRecord[]> {
  let query = tx
    .selectFrom("users")
    .select(userColumns)
    .where("agency_id", "=", agencyId)
    .orderBy("id")
    .limit(limit);
  if (afterId !== undefined) query = query.where("id", ">", afterId);
  return query.execute();
}
