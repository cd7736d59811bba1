import type { DeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { compileTemplate, type CompiledTemplate } from "#core/domain/rendering/compile-template.ts";

export type CachedTemplate = { ok: true; template: CompiledTemplate } | { ok: false; reason: string };

export interface TemplateCache {
  /** A version never changes, so a compiled one is good for ever. */
  get(agencyId: string, templateId: string, version: number): Promise<CachedTemplate>;
}

// A compiled template of usual size takes about 100 KB; many more blasts than this at once are not in work in one instance.
const maxTemplates = 200;

/** Compiles each template version once and keeps those that were used last. */
export function createTemplateCache(store: Pick<DeliveryStore, "templateVersion">): TemplateCache {
  const cache = new Map<string, Promise<CachedTemplate>>();
  return {
    get(agencyId, templateId, version) {
      const key = `${agencyId}:${templateId}:${version}`;
      const known = cache.get(key);
      cache.delete(key);
      const template = known ?? load(store, agencyId, templateId, version);
      cache.set(key, template);
      // A database that was away must not be remembered as a broken template.
      template.catch(() => cache.delete(key));
      if (cache.size > maxTemplates) cache.delete(cache.keys().next().value!);
      return template;
    },
  };
}

async function load(
  store: Pick<DeliveryStore, "templateVersion">,
  agencyId: string,
  templateId: string,
  version: number,
): Promise<CachedTemplate> {
  const source = await store.templateVersion(agencyId, templateId, version);
  if (source === undefined) return { ok: false, reason: `template ${templateId} has no version ${version}` };
  const compiled = compileTemplate(source);
  if (compiled.ok) return compiled;
  return { ok: false, reason: compiled.problems.map((problem) => problem.message).join("; ") };
}
