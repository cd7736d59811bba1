import type { TemplateSource } from "#core/domain/rendering/compile-template.ts";
import type { Tx } from "../database.ts";

/** Creates a template with version 1; answers its id. */
export async function createTemplate(
  tx: Tx,
  agencyId: string,
  name: string,
  source: TemplateSource,
): Promise<string> {
  const { id } = await tx
    .insertInto("templates")
    .values({ agency_id: agencyId, name })
    .returning("id")
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("template_versions")
    .values({ template_id: id, version: 1, agency_id: agencyId, ...source })
    .execute();
  return id;
}
