import type { ServiceImpl } from "@connectrpc/connect";
import type { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { archiveTemplate } from "./archive-template.ts";
import { createTemplate } from "./create-template.ts";
import { getTemplate } from "./get-template.ts";
import { listTemplateVersions } from "./list-template-versions.ts";
import { listTemplates } from "./list-templates.ts";
import { renderTemplate } from "./render-template.ts";
import { updateTemplate } from "./update-template.ts";

/** All RPCs of TemplateService. */
export const templateRoutes = (deps: ApiDeps): ServiceImpl<typeof TemplateService> => ({
  createTemplate: createTemplate(deps),
  updateTemplate: updateTemplate(deps),
  getTemplate: getTemplate(deps),
  listTemplateVersions: listTemplateVersions(deps),
  listTemplates: listTemplates(deps),
  renderTemplate: renderTemplate(deps),
  archiveTemplate: archiveTemplate(deps),
});
