import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeadLetterFilter } from "./dead-letter-record.ts";

/** What is needed to publish a dead letter again. */
export type Requeueable = {
  id: string;
  subject: string;
  headers: Record<string, string>;
  body: Buffer;
};

type Meant = DeadLetterFilter & { ids: readonly string[] | undefined };

function meant({ ids, subjectPrefix, reason }: Meant) {
  return sql`requeued_at IS NULL
        AND ${ids === undefined ? sql`true` : sql`id = ANY(${ids}::text[])`}
        AND ${subjectPrefix === undefined ? sql`true` : sql`starts_with(subject, ${subjectPrefix})`}
        AND ${reason === undefined ? sql`true` : sql`reason = ${reason}`}`;
}

/** Dead letters that are meant and were not requeued yet. */
export async function countDeadLetters(tx: Tx, which: Meant): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM dead_letters WHERE ${meant(which)}`.execute(tx);
  return rows[0]!.count;
}

/**
 * Takes dead letters that were not requeued yet, oldest first, and locks them until the transaction ends; those that another call holds are
 * left to it. At most `limit` and (beyond the first) about `maxBytes` of bodies.
 */
export async function takeDeadLetters(
  tx: Tx,
  o: Meant & { limit: number; maxBytes: number },
): Promise<Requeueable[]> {
  // Locked first, by id; a sum over rows and a row lock do not go together in one query.
  const { rows } = await sql<Requeueable>`
    WITH locked AS MATERIALIZED (
      SELECT id, at, octet_length(body) AS bytes FROM dead_letters
      WHERE ${meant(o)}
      ORDER BY at, id LIMIT ${o.limit}
      FOR UPDATE SKIP LOCKED
    ), measured AS (
      SELECT id, at, sum(bytes) OVER (ORDER BY at, id) - bytes AS before FROM locked
    )
    SELECT d.id, d.subject, d.headers, d.body
    FROM measured m JOIN dead_letters d USING (id)
    WHERE m.before < ${o.maxBytes}
    ORDER BY m.at, m.id`.execute(tx);
  return rows;
}

/** Notes that these are back on their queues. */
export async function markRequeued(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .updateTable("dead_letters")
    .set({ requeued_at: sql<Date>`now()` })
    .where("id", "in", ids)
    .execute();
}

/** Those of these ids that this transaction sees no dead letter of. */
export async function unknownDeadLetters(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT w.id FROM unnest(${ids}::text[]) w (id)
    WHERE NOT EXISTS (SELECT FROM dead_letters d WHERE d.id = w.id)`.execute(tx);
  return rows.map((row) => row.id);
}
