import { Code } from "@connectrpc/connect";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { attributeNames } from "#core/adapters/postgres/templates/attribute-names.ts";
import { checkFields } from "#core/domain/rendering/check-fields.ts";
import {
  compileTemplate,
  type CompiledTemplate,
  type TemplateSource,
} from "#core/domain/rendering/compile-template.ts";
import type { TemplateProblem } from "#core/domain/rendering/problems.ts";
import { fail } from "../../rpc/fail.ts";

/** A template that may be saved or rendered, and what deserves a look all the same. */
export type CheckedTemplate = { source: TemplateSource; template: CompiledTemplate; warnings: string[] };

// A person mends a few problems and tries again.
const maxProblemsTold = 5;

/**
 * Compiles a template and checks every field it names. Throws InvalidArgument `template_invalid` that says where and how to
 * mend it. An attribute that no customer has is only a warning, because the next import may bring it.
 */
export async function checkTemplate(
  tx: Tx,
  agencyId: string,
  { subject, html, text }: TemplateSource,
): Promise<CheckedTemplate> {
  const source = { subject, html, text };
  if (html.trim() === "" && text.trim() === "") {
    throw fail(Code.InvalidArgument, {
      reason: "template_invalid",
      message: "The template has neither HTML nor text, so its mails would be empty.",
      field: "source.html",
      hint: "Write at least one of html and text.",
    });
  }
  const compiled = compileTemplate(source);
  if (!compiled.ok) throw invalidTemplate(compiled.problems);
  const { template } = compiled;
  const findings = checkFields(template);
  const errors = findings.filter((finding) => finding.severity === "error");
  if (errors.length > 0) throw invalidTemplate(errors);
  if (findings.length === 0) return { source, template, warnings: [] };
  const attributes = await attributeNames(tx, agencyId);
  // An agency without customers has no attributes yet; then each one is worth no warning.
  const doubtful = attributes.any ? checkFields(template, { attributes: attributes.names }) : [];
  return { source, template, warnings: doubtful.map(sentence) };
}

function invalidTemplate(problems: readonly TemplateProblem[]): Error {
  const [first] = problems;
  const told = problems.slice(0, maxProblemsTold).map(sentence).join(" ");
  const more = problems.length - maxProblemsTold;
  return fail(Code.InvalidArgument, {
    reason: "template_invalid",
    message: more > 0 ? `${told} And ${more} more.` : told,
    field: `source.${first?.part ?? "html"}`,
    hint:
      first === undefined
        ? ""
        : `Look at line ${first.line}, column ${first.column} of the ${first.part}. ${first.message}`,
  });
}

function sentence({ part, line, column, message }: TemplateProblem): string {
  const end = /[.!?]$/.test(message) ? "" : ".";
  return `${part}, line ${line}, column ${column}: ${message}${end}`;
}
