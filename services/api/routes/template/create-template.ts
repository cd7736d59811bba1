import type { ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { createTemplate as insertTemplate } from "#core/adapters/postgres/templates/create-template.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { checkTemplate } from "./check-template.ts";
import { savedTemplate } from "./saved-template.ts";

/** Saves version 1 of a new template, when it compiles and names only fields that exist. */
export const createTemplate =
  (deps: ApiDeps): ServiceImpl<typeof TemplateService>["createTemplate"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "sender");
    return deps.database.withAgency(agencyId, async (tx) => {
      const { source, warnings } = await checkTemplate(tx, agencyId, request.source!);
      const id = await insertTemplate(tx, agencyId, request.name, source);
      return { template: await savedTemplate(tx, agencyId, id, 1), warnings };
    });
  };
