import type { ServiceImpl } from "@connectrpc/connect";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { listVersions } from "#core/adapters/postgres/templates/list-versions.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { makePage, readPage } from "../../rpc/page.ts";

/** A page of a template's versions, the newest first. A template has at least one, so none on the first page means that there is no such template. */
export const listTemplateVersions =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["listTemplateVersions"] =>
  async ({ templateId, page: asked }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(asked, (cursor) => /^\d{1,9}$/.test(cursor));
    const before = after === undefined ? undefined : Number(after);
    const found = await deps.database.withAgency(agencyId, (tx) =>
      listVersions(tx, agencyId, templateId, before, size + 1),
    );
    if (found.length === 0 && before === undefined) throw notFound("template", templateId, "template_id");
    const { rows, page } = makePage(found, size, (row) => String(row.version));
    const versions = rows.map(({ version, subject, created_at }) => ({
      version,
      subject,
      savedAt: timestampFromDate(created_at),
    }));
    return { versions, page };
  };
