import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { RoleText } from "../schema.ts";

/** Whom a cookie acts for. */
export type SessionOwner =
  | { kind: "user"; agencyId: string; userId: string; role: RoleText }
  | { kind: "operator"; operatorId: string };

/** Longest life of a session. A week: signing in on Monday lasts until the next. */
export const sessionDays = 7;

/** Stores a session by the SHA-256 of its cookie; answers when it ends. Also drops this person's ended ones. Runs as system. */
export async function insertSession(
  tx: Tx,
  session: { hash: Buffer; kind: "user" | "operator"; id: string },
): Promise<Date> {
  await sql`DELETE FROM sessions WHERE (user_id = ${session.id} OR operator_id = ${session.id}) AND expires_at < now()`.execute(
    tx,
  );
  const [userId, operatorId] = session.kind === "user" ? [session.id, null] : [null, session.id];
  const stored = await sql<{ expiresAt: Date }>`
    INSERT INTO sessions (hash, user_id, operator_id, expires_at)
    VALUES (${session.hash}, ${userId}, ${operatorId}, now() + make_interval(days => ${sessionDays}))
    RETURNING expires_at AS "expiresAt"`.execute(tx);
  return stored.rows[0]!.expiresAt;
}

/** Finds the owner of a running session whose person is still active, with the role of now. Runs as system. */
export async function findSessionOwner(tx: Tx, hash: Buffer): Promise<SessionOwner | undefined> {
  const found = await sql<{
    agencyId: string | null;
    userId: string | null;
    role: RoleText | null;
    operatorId: string | null;
  }>`
    SELECT u.agency_id AS "agencyId", u.id AS "userId", u.role, o.id AS "operatorId"
    FROM sessions s
    LEFT JOIN users u ON u.id = s.user_id AND u.active
    LEFT JOIN operators o ON o.id = s.operator_id AND o.active
    WHERE s.hash = ${hash} AND s.expires_at > now()`.execute(tx);
  const row = found.rows[0];
  if (row?.operatorId) return { kind: "operator", operatorId: row.operatorId };
  if (!row?.userId || !row.agencyId || !row.role) return undefined;
  return { kind: "user", agencyId: row.agencyId, userId: row.userId, role: row.role };
}

/** When a session ends; undefined when it is over or unknown. Runs as system. */
export async function readSessionEnd(tx: Tx, hash: Buffer): Promise<Date | undefined> {
  const found = await sql<{
    expiresAt: Date;
  }>`SELECT expires_at AS "expiresAt" FROM sessions WHERE hash = ${hash} AND expires_at > now()`.execute(tx);
  return found.rows[0]?.expiresAt;
}

/** Ends one session. Runs as system. */
export async function deleteSession(tx: Tx, hash: Buffer): Promise<void> {
  await sql`DELETE FROM sessions WHERE hash = ${hash}`.execute(tx);
}

/** Ends all sessions of a person, except the one with the hash `keep`. Runs as system. */
export async function deleteSessionsOf(tx: Tx, personId: string, keep?: Buffer): Promise<void> {
  await sql`
    DELETE FROM sessions WHERE (user_id = ${personId} OR operator_id = ${personId})
    AND hash IS DISTINCT FROM ${keep ?? null}`.execute(tx);
}
