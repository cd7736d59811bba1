import type { Tx } from "../database.ts";
import { type UserRecord, userColumns } from "./user-record.ts";

/** One user of the agency by id. */
export async function readUser(tx: Tx, agencyId: string, userId: string): Promise<UserRecord | undefined> {
  return tx
    .selectFrom("users")
    .select(userColumns)
    .where("agency_id", "=", agencyId)
    .where("id", "=", userId)
    .executeTakeFirst();
}

/** One user of the agency by the key of the address. */
export async function readUserByEmail(
  tx: Tx,
  agencyId: string,
  emailKey: string,
): Promise<UserRecord | undefined> {
  return tx
    .selectFrom("users")
    .select(userColumns)
    .where("agency_id", "=", agencyId)
    .where("email_key", "=", emailKey)
    .executeTakeFirst();
}
