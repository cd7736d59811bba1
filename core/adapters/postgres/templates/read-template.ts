import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A template with the source of one version. */
export interface TemplateWithSource {
  id: string;
  name: string;
  version: number;
  subject: string;
  html: string;
  text: string;
  created_at: Date;
  /** When this version was saved. */
  updated_at: Date;
}

/** One version of a template, also of an archived one; version 0 is the newest. Undefined when there is none. */
export async function readTemplate(
  tx: Tx,
  agencyId: string,
  templateId: string,
  version: number,
): Promise<TemplateWithSource | undefined> {
  const { rows } = await sql<TemplateWithSource>`
    SELECT t.id, t.name, v.version, v.subject, v.html, v.text, t.created_at, v.created_at AS updated_at
    FROM templates t
    JOIN template_versions v ON v.template_id = t.id AND v.version = coalesce(nullif(${version}::int, 0), t.version)
    WHERE t.id = ${templateId} AND t.agency_id = ${agencyId}`.execute(tx);
  return rows[0];
}
