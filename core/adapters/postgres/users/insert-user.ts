import type { Tx } from "../database.ts";
import type { RoleText } from "../schema.ts";
import { type UserRecord, userColumns } from "./user-record.ts";

/** A new active user; undefined when the agency has one with this address. `emailKey` tells addresses apart. */
export async function insertUser(
  tx: Tx,
  user: { agencyId: string; email: string; emailKey: string; name: string; role: RoleText },
): Promise<UserRecord | undefined> {
  return tx
    .insertInto("users")
    .values({
      agency_id: user.agencyId,
      email: user.email,
      email_key: user.emailKey,
      name: user.name,
      role: user.role,
    })
    .onConflict((conflict) => conflict.columns(["agency_id", "email_key"]).doNothing())
    .returning(userColumns)
    .executeTakeFirst();
}
