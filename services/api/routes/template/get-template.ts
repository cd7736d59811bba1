import type { ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { savedTemplate } from "./saved-template.ts";

/** One version of a template, the newest by default. */
export const getTemplate =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["getTemplate"] =>
  async ({ templateId, version }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    return deps.database.withAgency(agencyId, async (tx) => ({
      template: await savedTemplate(tx, agencyId, templateId, version),
    }));
  };
