import { sql } from "kysely";
import type { Tx } from "../database.ts";

/**
 * Deletes messages that ended longer ago than `keepMs`, and those of switched-off end points that nobody wanted for as long. Answers how
 * many, at most `limit`. Runs as system.
 */
export async function forgetMessages(tx: Tx, keepMs: number, limit: number): Promise<number> {
  const old = sql`now() - make_interval(secs => ${keepMs / 1000})`;
  const { numAffectedRows } = await sql`
    DELETE FROM webhook_messages WHERE id IN (
      (SELECT id FROM webhook_messages WHERE ended_at < ${old} ORDER BY ended_at LIMIT ${limit})
      UNION ALL
      (SELECT m.id FROM webhook_endpoints e JOIN webhook_messages m ON m.endpoint_id = e.id
       WHERE NOT e.enabled AND m.state = 'pending' AND m.created_at < ${old} LIMIT ${limit})
      LIMIT ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
