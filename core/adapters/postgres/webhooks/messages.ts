import { sql } from "kysely";
import type { Tx } from "../database.ts";

export type MessageStateText = "pending" | "delivered" | "failed";

/** A try as it was recorded. */
export interface AttemptRecord {
  number: number;
  at: string;
  status: number;
  error: string;
  response: string;
  took_ms: number;
}

/** A message to an end point, with its last tries, newest first. */
export interface MessageRecord {
  id: string;
  type: string;
  state: MessageStateText;
  created_at: Date;
  next_at: Date;
  attempts: AttemptRecord[];
}

// All tries of a message are about as many.
const shownAttempts = 20;
const maxResent = 1_000;

/** Messages of an end point, newest first, older than `beforeId`. */
export async function listMessages(
  tx: Tx,
  o: {
    agencyId: string;
    endpointId: string;
    state: MessageStateText | undefined;
    beforeId: string | undefined;
    limit: number;
  },
): Promise<MessageRecord[]> {
  const { rows } = await sql<MessageRecord>`
    SELECT m.id, m.type, m.state, m.created_at, m.next_at, coalesce((
      SELECT json_agg(a ORDER BY a.number DESC) FROM (
        SELECT number, at, status, error, response, took_ms FROM webhook_attempts
        WHERE message_id = m.id ORDER BY number DESC LIMIT ${shownAttempts}) a), '[]') AS attempts
    FROM webhook_messages m
    WHERE m.agency_id = ${o.agencyId} AND m.endpoint_id = ${o.endpointId}
      ${o.state === undefined ? sql`` : sql`AND m.state = ${o.state}`} ${o.beforeId === undefined ? sql`` : sql`AND m.id < ${o.beforeId}`}
    ORDER BY m.id DESC LIMIT ${o.limit}`.execute(tx);
  return rows;
}

/** A message that no fact caused, for one end point. Answers its id. */
export async function insertTestMessage(tx: Tx, agencyId: string, endpointId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    INSERT INTO webhook_messages (agency_id, endpoint_id, type, data)
    VALUES (${agencyId}, ${endpointId}, 'webhook.test', jsonb_build_object('agencyId', ${agencyId}::text, 'endpointId', ${endpointId}::text))
    RETURNING id`.execute(tx);
  return rows[0]!.id;
}

/** Gives messages that were given up all their tries again, oldest first, at most 1,000. Undefined ids: whichever were. Answers how many. */
export async function resendFailed(
  tx: Tx,
  agencyId: string,
  endpointId: string,
  ids: readonly string[] | undefined,
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE webhook_messages SET state = 'pending', failures = 0, next_at = now(), leased = false, ended_at = NULL
    WHERE state = 'failed' AND id IN (
      SELECT id FROM webhook_messages WHERE agency_id = ${agencyId} AND endpoint_id = ${endpointId} AND state = 'failed'
        ${ids === undefined ? sql`` : sql`AND id = ANY(${[...ids]}::uuid[])`}
      ORDER BY id LIMIT ${maxResent} FOR UPDATE SKIP LOCKED)`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
