import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A template without its bodies. */
export interface TemplateSummary {
  id: string;
  name: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** Templates that are not archived, by name, after the template with the id `afterId`; at most `limit`. */
export async function listTemplates(
  tx: Tx,
  agencyId: string,
  afterId: string | undefined,
  limit: number,
): Promise<TemplateSummary[]> {
  const { rows } = await sql<TemplateSummary>`
    SELECT id, name, version, created_at, updated_at FROM templates
    WHERE agency_id = ${agencyId} AND archived_at IS NULL
      AND (${afterId ?? null}::uuid IS NULL
        OR (name, id) > (SELECT name, id FROM templates WHERE id = ${afterId ?? null}::uuid))
    ORDER BY name, id LIMIT ${limit}`.execute(tx);
  return rows;
}
