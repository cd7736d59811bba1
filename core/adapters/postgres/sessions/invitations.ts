import { sql } from "kysely";
import type { Tx } from "../database.ts";

// Long enough for a holiday, short enough that an old mailbox opens nothing.
const invitationDays = 7;

/** Stores an invitation by the SHA-256 of its token; an earlier one of the same person ends. Answers when it ends. Runs as system. */
export async function insertInvitation(
  tx: Tx,
  invitation: { hash: Buffer; personId: string },
): Promise<Date> {
  await sql`DELETE FROM invitations WHERE holder_id = ${invitation.personId} OR expires_at < now()`.execute(
    tx,
  );
  const stored = await sql<{ expiresAt: Date }>`
    INSERT INTO invitations (hash, holder_id, expires_at)
    VALUES (${invitation.hash}, ${invitation.personId}, now() + make_interval(days => ${invitationDays}))
    RETURNING expires_at AS "expiresAt"`.execute(tx);
  return stored.rows[0]!.expiresAt;
}

/** Uses up an invitation; answers whose it was, or undefined when it is unknown, used or over. Runs as system. */
export async function takeInvitation(tx: Tx, hash: Buffer): Promise<string | undefined> {
  const taken = await sql<{ personId: string }>`
    DELETE FROM invitations WHERE hash = ${hash} AND expires_at > now() RETURNING holder_id AS "personId"`.execute(
    tx,
  );
  return taken.rows[0]?.personId;
}

/** An operator with this address, made or made active again; answers the id. Runs as system. */
export async function upsertOperator(
  tx: Tx,
  operator: { email: string; emailKey: string; name: string },
): Promise<string> {
  const stored = await sql<{ id: string }>`
    INSERT INTO operators AS o (email, email_key, name) VALUES (${operator.email}, ${operator.emailKey}, ${operator.name})
    ON CONFLICT (email_key) DO UPDATE SET active = true, name = CASE WHEN excluded.name = '' THEN o.name ELSE excluded.name END
    RETURNING id`.execute(tx);
  return stored.rows[0]!.id;
}
