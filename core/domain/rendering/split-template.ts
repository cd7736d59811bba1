import { SHARED_ROOTS } from "./context.ts";
import { headerText, type OutputMode } from "./escape.ts";
import { collectFields, type FieldReference } from "./fields.ts";
import type { Piece } from "./instrument.ts";
import { TEMPLATE_PARTS, type TemplatePart } from "./problems.ts";
import type { CompiledTemplate } from "./compile-template.ts";

/**
 * A stretch of a part: the same for everyone; the same for everyone of one blast; or one customer's own.
 * `index` counts within its kind over all parts; `name` is the provider's variable.
 */
export type Segment =
  | { kind: "fixed"; text: string }
  | { kind: "shared"; index: number }
  | { kind: "customer"; index: number; name: string };

/** The three parts in segments. */
export type SegmentedTemplate = Record<TemplatePart, readonly Segment[]>;

/** Segments with the pieces to compile for each kind. */
export type Split = { segments: SegmentedTemplate; shared: Piece[]; customer: Piece[] };

/** A part that passed all checks, with the mode of each expression. */
export type CheckedPart = { program: hbs.AST.Program; modeOf: (node: hbs.AST.Node) => OutputMode };

/** The segments of a compiled template, as they were split once when it was compiled. */
export const splitTemplate = (template: CompiledTemplate): SegmentedTemplate => template.segments;

/**
 * Splits at top-level statements only: what is inside a block stays one value. Neighbours of one kind are merged, so a
 * template has few variables.
 */
export function splitParts(parts: Record<TemplatePart, CheckedPart>): Split {
  const split: Split = { segments: { subject: [], html: [], text: [] }, shared: [], customer: [] };
  for (const part of TEMPLATE_PARTS) {
    let customerValues = 0;
    split.segments[part] = runs(part, parts[part].program.body).map((run) => {
      const name = `${part[0]}${customerValues}`;
      if (run.kind === "customer") customerValues += 1;
      return toSegment(split, part, run, parts[part].modeOf, name);
    });
  }
  return split;
}

type Kind = Segment["kind"];
type Run = { kind: Kind; body: hbs.AST.Statement[] };

function runs(part: TemplatePart, body: readonly hbs.AST.Statement[]): Run[] {
  const found: Run[] = [];
  for (const statement of body) {
    if (statement.type === "CommentStatement") continue;
    const kind = kindOf(part, statement);
    const last = found.at(-1);
    if (last?.kind === kind) last.body.push(statement);
    else found.push({ kind, body: [statement] });
  }
  return found;
}

function kindOf(part: TemplatePart, statement: hbs.AST.Statement): Kind {
  if (statement.type === "ContentStatement") return "fixed";
  const { fields, perCustomer } = collectFields(part, [statement]);
  return !perCustomer && fields.every(isShared) ? "shared" : "customer";
}

const isShared = ({ path }: FieldReference): boolean => SHARED_ROOTS.has(path.split(".")[0] ?? "");

function toSegment(
  split: Split,
  part: TemplatePart,
  run: Run,
  modeOf: Piece["modeOf"],
  name: string,
): Segment {
  const { kind, body } = run;
  if (kind === "fixed") {
    const text = body.map((node) => (node as hbs.AST.ContentStatement).value).join("");
    return { kind, text: part === "subject" ? headerText(text) : text };
  }
  const pieces = split[kind];
  const index = pieces.push({ body, modeOf }) - 1;
  return kind === "shared" ? { kind, index } : { kind, index, name };
}
