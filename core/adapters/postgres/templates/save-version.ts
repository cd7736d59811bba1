import { sql } from "kysely";
import type { TemplateSource } from "#core/domain/rendering/compile-template.ts";
import type { Tx } from "../database.ts";

/**
 * Saves a new version and makes it the newest; answers its number, undefined when there is no such template.
 * The update locks the template's row, so parallel saves get distinct versions. An empty name keeps the name.
 */
export async function saveVersion(
  tx: Tx,
  agencyId: string,
  templateId: string,
  name: string,
  source: TemplateSource,
): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`
    UPDATE templates SET version = version + 1, name = coalesce(nullif(${name}, ''), name), updated_at = now()
    WHERE id = ${templateId} AND agency_id = ${agencyId} AND archived_at IS NULL
    RETURNING version`.execute(tx);
  const version = rows[0]?.version;
  if (version === undefined) return undefined;
  await tx
    .insertInto("template_versions")
    .values({ template_id: templateId, version, agency_id: agencyId, ...source })
    .execute();
  return version;
}
