import type { Tx } from "../database.ts";

/** One save of a template, without its bodies. */
export interface TemplateVersionSummary {
  version: number;
  subject: string;
  created_at: Date;
}

/** Versions of a template, the newest first, below the version `before`; at most `limit`. None when the agency has no such template. */
export function listVersions(
  tx: Tx,
  agencyId: string,
  templateId: string,
  before: number | undefined,
  limit: number,
): Promise<TemplateVersionSummary[]> {
  const versions = tx
    .selectFrom("template_versions")
    .select(["version", "subject", "created_at"])
    .where("agency_id", "=", agencyId)
    .where("template_id", "=", templateId);
  return (before === undefined ? versions : versions.where("version", "<", before))
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
}
