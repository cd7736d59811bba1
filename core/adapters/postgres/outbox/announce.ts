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

/** The same for several, in one statement: its transaction's last, if so told. Answers their ids in this order. */
export async function announceAll(
  tx: Tx,
  agencyId: string,
  messages: OutboxMessage[],
  { last = false }: { last?: boolean } = {},
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    ${sql.raw(`/* prepared announce-${last ? "last, then commit" : "all"} */`)} INSERT INTO outbox (agency_id, subject, headers, body)
    SELECT ${agencyId}::uuid, m.subject, m.headers, m.body
    FROM unnest(${messages.map(({ subject }) => subject)}::text[], ${messages.map(({ headers }) => JSON.stringify(headers))}::jsonb[],
      ${messages.map(({ body }) => Buffer.from(body))}::bytea[]) WITH ORDINALITY AS m(subject, headers, body, place)
    ORDER BY m.place RETURNING id`.execute(tx);
  return rows.map(({ id }) => id);
}

/**
 * The broker has them. The commit does not wait for the disk: a crash that loses it brings the rows back, and the relay publishes them again
 * under the same ids. The last statement of its transaction.
 */
export async function forget(tx: Tx, ids: string[]): Promise<void> {
  await sql`
    /* prepared forget, then commit */ WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS was)
    DELETE FROM outbox o USING unhurried u WHERE o.id = ANY(${ids}::uuid[]) AND u.was IS NOT NULL`.execute(
    tx,
  );
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
