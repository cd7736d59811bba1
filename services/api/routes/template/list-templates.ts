import type { ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { listTemplates as selectTemplates } from "#core/adapters/postgres/templates/list-templates.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { summaryMessage } from "./template-message.ts";

/** A page of templates by name, without their bodies. */
export const listTemplates =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["listTemplates"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const found = await deps.database.withAgency(agencyId, (tx) =>
      selectTemplates(tx, agencyId, after, size + 1),
    );
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { templates: rows.map(summaryMessage), page };
  };
