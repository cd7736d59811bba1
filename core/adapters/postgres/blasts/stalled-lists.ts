import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { LaneText } from "../schema.ts";

export interface StalledList {
  id: string;
  agency_id: string;
  user_id: string | null;
  lane: LaneText;
}

/** Accepted blasts that nobody has frozen within `quietMs`. Each comes once in that time. Runs as system. */
export async function stalledLists(tx: Tx, quietMs: number, limit: number): Promise<StalledList[]> {
  const { rows } = await sql<StalledList>`
    WITH stalled AS (
      SELECT id FROM blasts
      WHERE state IN ('accepted', 'freezing') AND completed_at IS NULL
        AND accepted_at < now() - make_interval(secs => ${quietMs / 1000})
        AND (rebuild_at IS NULL OR rebuild_at < now() - make_interval(secs => ${quietMs / 1000}))
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE blasts b SET rebuild_at = now() FROM stalled WHERE b.id = stalled.id
    RETURNING b.id, b.agency_id, b.user_id, b.lane`.execute(tx);
  return rows;
}
