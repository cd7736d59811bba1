import { checkSyntax } from "./check-syntax.ts";
import type { OutputMode } from "./escape.ts";
import { collectFields, type FieldReference } from "./fields.ts";
import { htmlModes } from "./html-modes.ts";
import { compilePieces, fixedChars, type Render } from "./instrument.ts";
import { DEFAULT_TEMPLATE_LIMITS, type TemplateLimits } from "./limits.ts";
import { parsePart } from "./parse-part.ts";
import { TEMPLATE_PARTS, type TemplatePart, type TemplateProblem } from "./problems.ts";
import { splitParts, type CheckedPart, type SegmentedTemplate } from "./split-template.ts";

/** A template as a user wrote it: Handlebars in all three parts. */
export type TemplateSource = { subject: string; html: string; text: string };

/** A checked template with everything that can be worked out once per version. Keep it; compiling costs milliseconds. */
export type CompiledTemplate = {
  readonly limits: TemplateLimits;
  readonly fields: readonly FieldReference[];
  readonly segments: SegmentedTemplate;
  /** Characters of top-level fixed text, which every rendering starts with. */
  readonly fixedChars: number;
  /** Subject, HTML and text of one mail. */
  readonly renderWhole: Render;
  /** The segments that all customers of a blast share. */
  readonly renderShared: Render;
  /** The segments of one customer. */
  readonly renderCustomer: Render;
};

export type CompileResult =
  | { ok: true; template: CompiledTemplate }
  | { ok: false; problems: TemplateProblem[] };

/** Checks and compiles a template. Every problem says where it is and how to mend it. */
export function compileTemplate(source: TemplateSource, limits: Partial<TemplateLimits> = {}): CompileResult {
  const allLimits = { ...DEFAULT_TEMPLATE_LIMITS, ...limits };
  const problems: TemplateProblem[] = [];
  const parts: Partial<Record<TemplatePart, CheckedPart>> = {};
  for (const part of TEMPLATE_PARTS) {
    const checked = checkPart(part, (source as Partial<TemplateSource> | null)?.[part], allLimits);
    if (checked.ok) parts[part] = checked.part;
    else problems.push(...checked.problems);
  }
  const { subject, html, text } = parts;
  if (!subject || !html || !text) return { ok: false, problems };
  return { ok: true, template: assemble({ subject, html, text }, allLimits) };
}

type Checked = { ok: true; part: CheckedPart } | { ok: false; problems: TemplateProblem[] };

function checkPart(part: TemplatePart, source: unknown, limits: TemplateLimits): Checked {
  const parsed = parsePart(part, source, limits);
  if (!parsed.ok) return parsed;
  const { program } = parsed;
  const problems = checkSyntax(part, program, limits);
  if (problems.length > 0) return { ok: false, problems };
  if (part !== "html") return { ok: true, part: { program, modeOf: () => part } };
  const found = htmlModes(program);
  if (found.problems.length > 0) return { ok: false, problems: found.problems };
  return { ok: true, part: { program, modeOf: (node) => modeOf(found.modes, node) } };
}

function modeOf(modes: ReadonlyMap<hbs.AST.Node, OutputMode>, node: hbs.AST.Node): OutputMode {
  const mode = modes.get(node);
  if (mode === undefined)
    throw new Error("An expression has no place in the HTML; it must be refused before compiling.");
  return mode;
}

function assemble(parts: Record<TemplatePart, CheckedPart>, limits: TemplateLimits): CompiledTemplate {
  const split = splitParts(parts);
  const pieces = TEMPLATE_PARTS.map((part) => ({
    body: parts[part].program.body,
    modeOf: parts[part].modeOf,
  }));
  return {
    limits,
    fields: TEMPLATE_PARTS.flatMap((part) => collectFields(part, parts[part].program.body).fields),
    segments: split.segments,
    fixedChars: pieces.reduce((sum, piece) => sum + fixedChars(piece.body), 0),
    renderWhole: compilePieces(pieces),
    renderShared: compilePieces(split.shared),
    renderCustomer: compilePieces(split.customer),
  };
}
