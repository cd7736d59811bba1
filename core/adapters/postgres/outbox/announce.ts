import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A message as it travels; see core/runtime/envelope.ts. */
export interface OutboxMessage {
  subject: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Writes a message beside what it announces. Publish it after the commit, then `forget`; the relay does what that missed. */
export async function announce(tx: Tx, agencyId: string, message: OutboxMessage): Promise<string> {
  const row = await tx
    .insertInto("outbox")
    .values({
      agency_id: agencyId,
      subject: message.subject,
      headers: JSON.stringify(message.headers),
      body: message.body,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The broker has them. */
export async function forget(tx: Tx, ids: string[]): Promise<void> {
  await tx.deleteFrom("outbox").where("id", "in", ids).execute();
}

/** Messages older than `olderThanMs`, oldest first, locked so that relays do not do the same work. */
export async function overdue(
  tx: Tx,
  olderThanMs: number,
  limit: number,
): Promise<(OutboxMessage & { id: string })[]> {
  const { rows } = await sql<OutboxMessage & { id: string }>`
    SELECT id, subject, headers, body FROM outbox
    WHERE created_at < now() - make_interval(secs => ${olderThanMs / 1000})
    ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(tx);
  return rows;
}
