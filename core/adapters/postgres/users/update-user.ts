import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { RoleText } from "../schema.ts";
import { type UserRecord, userColumns } from "./user-record.ts";

/** What may change of a user; what is undefined stays. */
export type UserChange = { role?: RoleText; active?: boolean; name?: string };

/** How a change of a user ended. An agency without an active admin could never be mended by its own people. */
export type UserChanged =
  | { kind: "changed"; user: UserRecord }
  | { kind: "unknown" }
  | { kind: "last_admin" };

/** Changes a user of the agency; one who is deactivated loses all keys in the same transaction. */
export async function updateUser(
  tx: Tx,
  agencyId: string,
  userId: string,
  change: UserChange,
): Promise<UserChanged> {
  // All admins are locked, in one order, so that two of them cannot demote each other at the same moment.
  const admins = await tx
    .selectFrom("users")
    .select("id")
    .where("agency_id", "=", agencyId)
    .where("role", "=", "admin")
    .where("active", "=", true)
    .orderBy("id")
    .forUpdate()
    .execute();
  const loses = change.active === false || (change.role !== undefined && change.role !== "admin");
  if (loses && admins.length === 1 && admins[0]?.id === userId) return { kind: "last_admin" };
  const user = await tx
    .updateTable("users")
    // Setting the id to itself keeps the statement valid when nothing else changes.
    .set({ id: sql<string>`id`, ...change })
    .where("agency_id", "=", agencyId)
    .where("id", "=", userId)
    .returning(userColumns)
    .executeTakeFirst();
  if (user === undefined) return { kind: "unknown" };
  if (!user.active) {
    await tx
      .updateTable("api_keys")
      .set({ revoked_at: sql<Date>`now()` })
      .where("agency_id", "=", agencyId)
      .where("user_id", "=", userId)
      .where("revoked_at", "is", null)
      .execute();
  }
  return { kind: "changed", user };
}
