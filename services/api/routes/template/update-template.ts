import type { ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { saveVersion } from "#core/adapters/postgres/templates/save-version.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { checkTemplate } from "./check-template.ts";
import { savedTemplate } from "./saved-template.ts";

/** Saves a new version; blasts that use an older one are not touched by it. */
export const updateTemplate =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["updateTemplate"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "sender");
    const { templateId, name } = request;
    return deps.database.withAgency(agencyId, async (tx) => {
      const { source, warnings } = await checkTemplate(tx, agencyId, request.source!);
      const version = await saveVersion(tx, agencyId, templateId, name, source);
      if (version === undefined) throw notFound("template", templateId, "template_id");
      return { template: await savedTemplate(tx, agencyId, templateId, version), warnings };
    });
  };
