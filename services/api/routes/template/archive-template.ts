import type { ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { archiveTemplate as setArchived } from "#core/adapters/postgres/templates/archive-template.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** Takes a template out of lists; blasts that use it go on. */
export const archiveTemplate =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["archiveTemplate"] =>
  async ({ templateId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const known = await deps.database.withAgency(agencyId, (tx) => setArchived(tx, agencyId, templateId));
    if (!known) throw notFound("template", templateId, "template_id");
    return {};
  };
