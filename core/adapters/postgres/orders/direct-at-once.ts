import { sql } from "kysely";
import type { NewDirectSend } from "../blasts/accept-direct.ts";
import { directSendHash } from "../blasts/order.ts";
import type { Tx } from "../database.ts";
import type { OutboxMessage } from "../outbox/announce.ts";

/** A direct send is not ordinary, or its key is known; the transaction must roll back. */
export class NotAtOnceError extends Error {
  override readonly name = "NotAtOnceError";
}

/**
 * The ordinary case of a direct send in one statement: the agency may send and has credit, template and customer are there, and the key is new.
 * It writes what `orderDirectSend` would, under `blastId`, and the message about it; answers the id of the message's row. Throws
 * `NotAtOnceError` when anything of this is not so; the way of many questions finds out what to say. Locks in the order of `reserve`.
 */
export async function acceptDirectAtOnce(
  tx: Tx,
  key: string,
  send: NewDirectSend,
  { blastId, message }: { blastId: string; message: OutboxMessage },
): Promise<string> {
  const { agencyId, customerId } = send;
  const { rows } = await sql<{ id: string }>`
    /* prepared direct-at-once */ WITH fitting AS MATERIALIZED (
      SELECT v.version, k.email, k.address_key
      FROM agencies a
      JOIN credits c ON c.agency_id = a.id
      JOIN customers k ON k.agency_id = a.id
      JOIN templates t ON t.agency_id = a.id
      JOIN template_versions v ON v.template_id = t.id
      WHERE a.id = ${agencyId}::uuid AND a.standing = 'good' AND c.balance > 0
        AND k.id = ${customerId}::uuid AND k.status <> 'deleted'
        AND t.id = ${send.templateId}::uuid AND t.archived_at IS NULL
        AND v.version = CASE WHEN ${send.templateVersion}::bigint = 0 THEN t.version ELSE ${send.templateVersion}::bigint END
    ), remembered AS (
      INSERT INTO idempotency_keys (agency_id, scope, key, request_hash, result)
      SELECT ${agencyId}::uuid, 'send_to_customer', ${key}::text, ${directSendHash(send)}::bytea, ${blastId}::text FROM fitting
      ON CONFLICT DO NOTHING RETURNING agency_id
    ), held AS (
      INSERT INTO credits_reserved AS c (agency_id, shard, reserved) SELECT agency_id, pg_backend_pid() % 16, 0 FROM remembered
      ON CONFLICT (agency_id, shard) DO UPDATE SET reserved = c.reserved RETURNING agency_id
    ), paid AS (
      UPDATE credits c SET balance = c.balance - 1 FROM held WHERE c.agency_id = held.agency_id AND c.balance >= 1 RETURNING c.agency_id
    ), booked AS (
      INSERT INTO ledger (agency_id, blast_id, kind, amount, reserved) SELECT agency_id, ${blastId}::uuid, 'reserve', -1, 1 FROM paid
    ), sent AS (
      INSERT INTO blasts (id, agency_id, user_id, name, lane, direct, template_id, template_version, custom_message, audience, state,
        audience_size, eligible, released_seq, released_count, started_at)
      SELECT ${blastId}::uuid, agency_id, ${send.userId ?? null}::uuid, 'Direct send', ${send.lane}::text, true, ${send.templateId}::uuid,
        f.version, ${send.customMessage}::text, ${JSON.stringify({ customers: { ids: [customerId] } })}::jsonb, 'sending', 1, 1, 1, 1, now()
      FROM paid, fitting f
    ), frozen AS (
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key)
      SELECT ${blastId}::uuid, 1, agency_id, ${customerId}::uuid, f.email, f.address_key FROM paid, fitting f
    )
    INSERT INTO outbox (agency_id, subject, headers, body)
    SELECT agency_id, ${message.subject}::text, ${JSON.stringify(message.headers)}::jsonb, ${Buffer.from(message.body)}::bytea FROM paid
    RETURNING id`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new NotAtOnceError("The direct send is not an ordinary one.");
  return row.id;
}
