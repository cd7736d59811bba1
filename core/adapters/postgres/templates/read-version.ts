import type { Tx } from "../database.ts";

export interface TemplateText {
  subject: string;
  html: string;
  text: string;
}

/** The source of one version; undefined when the agency has none such. A version never changes. */
export function readTemplateVersion(
  tx: Tx,
  agencyId: string,
  templateId: string,
  version: number,
): Promise<TemplateText | undefined> {
  return tx
    .selectFrom("template_versions")
    .select(["subject", "html", "text"])
    .where("agency_id", "=", agencyId)
    .where("template_id", "=", templateId)
    .where("version", "=", version)
    .executeTakeFirst();
}
