import type { Tx } from "../database.ts";
import type { RoleText } from "../schema.ts";
import { type ApiKeyRecord, apiKeyColumns } from "./api-key-record.ts";

/** Stores a key. Of its text only the SHA-256 and the first characters are given here. */
export async function insertApiKey(
  tx: Tx,
  key: { agencyId: string; userId: string; name: string; prefix: string; hash: Buffer; role: RoleText },
): Promise<ApiKeyRecord> {
  return tx
    .insertInto("api_keys")
    .values({
      agency_id: key.agencyId,
      user_id: key.userId,
      name: key.name,
      prefix: key.prefix,
      hash: key.hash,
      role: key.role,
    })
    .returning(apiKeyColumns)
    .executeTakeFirstOrThrow();
}
