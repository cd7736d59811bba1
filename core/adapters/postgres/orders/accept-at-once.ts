import { sql } from "kysely";
import type { NewBlast } from "../blasts/accept.ts";
import { orderHash } from "../blasts/order.ts";
import type { Tx } from "../database.ts";
import type { OutboxMessage } from "../outbox/announce.ts";

/** A blast that was written, and when its countdown ends. */
export interface AcceptedAtOnce {
  blastId: string;
  leavesAt: Date | null;
  /** Of the messages' rows. */
  outboxIds: string[];
}

/**
 * The ordinary case of an order in one statement: the agency may send and has credit, template and audience are there, and the key is new.
 * Then the key, the blast under `blastId` and the messages about it are written, and the transaction ends. Answers undefined when anything of this is not so; then nothing was written, and the way of
 * many questions (`orderBlast`) finds out what to say. A key whose first transaction still runs is waited for.
 */
export async function acceptAtOnce(
  tx: Tx,
  key: string,
  blast: NewBlast,
  { blastId, messages }: { blastId: string; messages: readonly OutboxMessage[] },
): Promise<AcceptedAtOnce | undefined> {
  const { agencyId, audience } = blast;
  const { rows } = await sql<AcceptedAtOnce>`
    /* prepared accept-at-once, then commit */ WITH fitting AS MATERIALIZED (
      SELECT ${blastId}::uuid AS id, v.version, a.undo_seconds
      FROM agencies a
      JOIN credits c ON c.agency_id = a.id
      JOIN templates t ON t.agency_id = a.id
      JOIN template_versions v ON v.template_id = t.id
      WHERE a.id = ${agencyId}::uuid AND a.standing = 'good' AND c.balance > 0
        AND t.id = ${blast.templateId}::uuid AND t.archived_at IS NULL
        AND v.version = CASE WHEN ${blast.templateVersion}::bigint = 0 THEN t.version ELSE ${blast.templateVersion}::bigint END
        -- By its size: to look for a member, the planner may read all of the others' lists before it comes to this one.
        AND (${audience.listId ?? null}::uuid IS NULL OR (
          SELECT l.agency_id = a.id AND (SELECT sum(s.members) FROM customer_list_sizes s WHERE s.list_id = l.id) > 0
          FROM customer_lists l WHERE l.id = ${audience.listId ?? null}::uuid))
        AND NOT EXISTS (
          SELECT FROM unnest(${audience.customers?.ids ?? []}::uuid[]) AS wanted(id)
          LEFT JOIN customers k ON k.id = wanted.id AND k.agency_id = ${agencyId}::uuid AND k.status <> 'deleted'
          WHERE k.id IS NULL)
    ), remembered AS (
      INSERT INTO idempotency_keys (agency_id, scope, key, request_hash, result)
      SELECT ${agencyId}::uuid, 'send_blast', ${key}::text, ${orderHash(blast)}::bytea, id::text FROM fitting
      ON CONFLICT DO NOTHING RETURNING result
    ), accepted AS (
      INSERT INTO blasts (id, agency_id, user_id, name, lane, template_id, template_version, custom_message, audience, doubt_policy, leaves_at)
      SELECT f.id, ${agencyId}::uuid, ${blast.userId ?? null}::uuid, ${blast.name}::text, ${blast.lane}::text, ${blast.templateId}::uuid,
        f.version, ${blast.customMessage}::text, ${JSON.stringify(audience)}::jsonb, ${blast.doubtPolicy ?? null}::text,
        CASE WHEN f.undo_seconds > 0 THEN now() + make_interval(secs => f.undo_seconds) END
      FROM fitting f JOIN remembered r ON r.result = f.id::text
      RETURNING id, leaves_at
    ), announced AS (
      INSERT INTO outbox (agency_id, subject, headers, body)
      SELECT ${agencyId}::uuid, m.subject, m.headers, m.body
      FROM accepted, unnest(${messages.map(({ subject }) => subject)}::text[], ${messages.map(({ headers }) => JSON.stringify(headers))}::jsonb[],
        ${messages.map(({ body }) => Buffer.from(body))}::bytea[]) WITH ORDINALITY AS m(subject, headers, body, place)
      ORDER BY m.place RETURNING id
    )
    SELECT id AS "blastId", leaves_at AS "leavesAt", ARRAY(SELECT id::text FROM announced) AS "outboxIds" FROM accepted`.execute(
    tx,
  );
  return rows[0];
}
