import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { TemplateSchema } from "#gen/fanfare/api/v1/template_pb.js";
import type { TemplateSummary } from "#core/adapters/postgres/templates/list-templates.ts";
import type { TemplateWithSource } from "#core/adapters/postgres/templates/read-template.ts";

/** A template as callers see it. */
export function templateMessage(row: TemplateWithSource): MessageInitShape<typeof TemplateSchema> {
  const { subject, html, text } = row;
  return { ...summaryMessage(row), source: { subject, html, text } };
}

/** The same without its bodies, for lists. */
export function summaryMessage(row: TemplateSummary) {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
  };
}
