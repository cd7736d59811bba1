import { sql } from "kysely";
import type { Envelope } from "#core/runtime/envelope.ts";
import type { Tx } from "../database.ts";

/** Writes many messages beside what they announce; the relay publishes them. */
export async function announceAll(tx: Tx, agencyId: string, messages: readonly Envelope[]): Promise<void> {
  if (messages.length === 0) return;
  const subjects = messages.map((message) => message.subject);
  const headers = messages.map((message) => JSON.stringify(message.headers));
  const bodies = messages.map((message) => Buffer.from(message.body));
  await sql`
    INSERT INTO outbox (agency_id, subject, headers, body)
    SELECT ${agencyId}::uuid, m.subject, m.headers, m.body
    FROM unnest(${subjects}::text[], ${headers}::jsonb[], ${bodies}::bytea[]) m (subject, headers, body)`.execute(
    tx,
  );
}
