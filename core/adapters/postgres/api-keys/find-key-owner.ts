import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { RoleText } from "../schema.ts";

/** Whom a key acts for, and whether it may. */
export type KeyOwner = {
  keyId: string;
  agencyId: string;
  userId: string;
  /** The lesser of the key's and its user's role, so that demoting a user demotes the keys. */
  role: RoleText;
  revoked: boolean;
  userActive: boolean;
};

/** Finds a key by its SHA-256. Signing in knows no agency yet, so this runs as system. */
export async function findKeyOwner(tx: Tx, hash: Buffer): Promise<KeyOwner | undefined> {
  const found = await sql<KeyOwner>`
    SELECT k.id AS "keyId", k.agency_id AS "agencyId", k.user_id AS "userId",
      CASE
        WHEN 'viewer' IN (k.role, u.role) THEN 'viewer'
        WHEN 'sender' IN (k.role, u.role) THEN 'sender'
        ELSE 'admin'
      END AS role,
      k.revoked_at IS NOT NULL AS revoked, u.active AS "userActive"
    FROM api_keys k JOIN users u ON u.id = k.user_id
    WHERE k.hash = ${hash}`.execute(tx);
  return found.rows[0];
}
