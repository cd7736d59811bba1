import type { Tx } from "../database.ts";
import { type ApiKeyRecord, apiKeyColumns } from "./api-key-record.ts";

/** Keys of the agency, or of one user, in order of creation, after the one with the id `afterId`; at most `limit`. */
export async function listApiKeys(
  tx: Tx,
  agencyId: string,
  o: { userId: string | undefined; afterId: string | undefined; limit: number },
): Promise<ApiKeyRecord[]> {
  let query = tx
    .selectFrom("api_keys")
    .select(apiKeyColumns)
    .where("agency_id", "=", agencyId)
    .orderBy("id")
    .limit(o.limit);
  if (o.userId !== undefined) query = query.where("user_id", "=", o.userId);
  if (o.afterId !== undefined) query = query.where("id", ">", o.afterId);
  return query.execute();
}
