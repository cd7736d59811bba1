import type { CompiledTemplate, TemplateSource } from "./compile-template.ts";
import { compileTemplate } from "./compile-template.ts";
import type { CustomerContext, RenderContext, SharedContext } from "./context.ts";

/** Data and shorthands that the tests of this folder share. */

export const SHARED: SharedContext = {
  agency: {
    name: "Müller & Söhne",
    postal_address: "1 Main St",
    website: "https://agency.example",
    time_zone: "America/Chicago",
  },
  blast: { name: "Storm", custom_message: "Stay <safe>\nCall us" },
};

export const ANN: CustomerContext = {
  customer: {
    id: "c1",
    email: "ann+x@example.com",
    first_name: "Ann",
    last_name: "O'Neil <b>",
    full_name: "Ann O'Neil",
    locale: "en",
    attributes: {
      city: "Austin",
      renewal: "2026-11-22T03:30:00Z",
      cars: [{ make: "Ford" }, { make: "VW" }],
      premium: 1234.5,
    },
  },
  unsubscribe_url: "https://u.example/a?b=1&c=2",
};

export const CONTEXT: RenderContext = { ...SHARED, ...ANN };

/** Compiles a template of which only some parts matter; throws with all problems when it is refused. */
export function compiled(source: Partial<TemplateSource>, limits = {}): CompiledTemplate {
  const result = compileTemplate({ subject: "", html: "", text: "", ...source }, limits);
  if (!result.ok)
    throw new Error(
      result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join("\n"),
    );
  return result.template;
}

/** The messages with which a template is refused; none when it is accepted. */
export function refusals(source: Partial<Record<keyof TemplateSource, unknown>>, limits = {}): string[] {
  const result = compileTemplate({ subject: "", html: "", text: "", ...source } as TemplateSource, limits);
  return result.ok ? [] : result.problems.map(({ message }) => message);
}
