import { INLINE_HELPERS } from "./helpers.ts";
import { problemAt, type TemplatePart } from "./problems.ts";

/** How a template uses a field: prints it, tests or passes it, or walks into it. */
export type FieldUse = "print" | "read" | "enter";

/** A field that a template names: its full path from the root, `[]` standing for each item of a list, `*` for any name. */
export type FieldReference = {
  part: TemplatePart;
  path: string;
  use: FieldUse;
  line: number;
  column: number;
};

/** What a group of statements depends on. */
export type Dependencies = { fields: FieldReference[]; perCustomer: boolean };

type Path = readonly string[];
type Frame = { base: Path; names: ReadonlyMap<string, Path> };
type Collect = { part: TemplatePart; found: Dependencies };

/** Nobody can say statically where this leads; it is checked as "no such field" and never shared by a blast. */
const UNKNOWN: Path = ["*"];
const NOTHING: ReadonlyMap<string, Path> = new Map();

/** All fields that top-level statements name, with blocks' scopes resolved, and whether a customer's locale matters. */
export function collectFields(part: TemplatePart, statements: readonly hbs.AST.Statement[]): Dependencies {
  const collect: Collect = { part, found: { fields: [], perCustomer: false } };
  walkBody(collect, statements, [{ base: [], names: NOTHING }]);
  return collect.found;
}

function walkBody(collect: Collect, body: readonly hbs.AST.Statement[], frames: readonly Frame[]): void {
  for (const statement of body) {
    if (statement.type === "MustacheStatement") {
      const { path, params } = statement as hbs.AST.MustacheStatement;
      if (params.length > 0) walkCall(collect, statement as hbs.AST.MustacheStatement, frames);
      else walkExpression(collect, path, frames, "print");
    } else if (statement.type === "BlockStatement") {
      walkBlock(collect, statement as hbs.AST.BlockStatement, frames);
    }
  }
}

function walkBlock(collect: Collect, node: hbs.AST.BlockStatement, frames: readonly Frame[]): void {
  const name = node.path.original;
  const param = node.params[0];
  if (param === undefined) return;
  const enters = name === "each" || name === "with";
  walkExpression(collect, param, frames, enters ? "enter" : "read");
  const inner = enters ? innerFrames(name, node, targetOf(param, frames), frames) : frames;
  if (node.program) walkBody(collect, node.program.body, inner);
  const inverse = node.inverse as hbs.AST.Program | undefined;
  if (inverse) walkBody(collect, inverse.body, frames);
}

/** Handlebars opens a new scope only when the context changes, so `{{#with this}}` opens none. */
function innerFrames(
  name: string,
  node: hbs.AST.BlockStatement,
  target: Path,
  frames: readonly Frame[],
): readonly Frame[] {
  const base = name === "each" ? [...target, "[]"] : target;
  const names = new Map(frames[0]?.names);
  const [item, key] = (node.program as hbs.AST.Program | undefined)?.blockParams ?? [];
  if (item !== undefined) names.set(item, base);
  if (key !== undefined) names.set(key, ["@"]);
  const unchanged = base.join(".") === frames[0]?.base.join(".");
  return [{ base, names }, ...(unchanged ? frames.slice(1) : frames)];
}

function walkCall(
  collect: Collect,
  node: hbs.AST.MustacheStatement | hbs.AST.SubExpression,
  frames: readonly Frame[],
): void {
  const name = (node.path as hbs.AST.PathExpression).original;
  if (INLINE_HELPERS[name]?.perCustomer) collect.found.perCustomer = true;
  if (name === "lookup") {
    walkExpression(collect, node.params[0] as hbs.AST.Expression, frames, "enter");
    walkExpression(collect, node.params[1] as hbs.AST.Expression, frames, "read");
    note(collect, node, targetOf(node, frames), "read");
    return;
  }
  for (const param of node.params) walkExpression(collect, param, frames, "read");
}

function walkExpression(
  collect: Collect,
  node: hbs.AST.Expression,
  frames: readonly Frame[],
  use: FieldUse,
): void {
  if (node.type === "SubExpression") walkCall(collect, node as hbs.AST.SubExpression, frames);
  else if (node.type === "PathExpression") note(collect, node, targetOf(node, frames), use);
}

function note(collect: Collect, node: hbs.AST.Node, path: Path, use: FieldUse): void {
  if (path[0] === "@") return; // @index and its like are nobody's field
  const { part, line, column } = problemAt(collect.part, node, "");
  collect.found.fields.push({ part, path: path.join("."), use, line, column });
}

/** Where an expression leads, from the root. */
function targetOf(node: hbs.AST.Expression, frames: readonly Frame[]): Path {
  if (node.type === "SubExpression") {
    const { path, params } = node as hbs.AST.SubExpression;
    return path.original === "lookup" ? lookupTarget(params, frames) : UNKNOWN;
  }
  if (node.type === "MustacheStatement")
    return lookupTarget((node as hbs.AST.MustacheStatement).params, frames);
  if (node.type !== "PathExpression") return UNKNOWN;
  const path = node as hbs.AST.PathExpression;
  if (path.data) return path.parts[0] === "root" ? path.parts.slice(1) : ["@"];
  const frame = frames[path.depth];
  if (frame === undefined) return UNKNOWN;
  const named = path.depth === 0 && !isScoped(path) ? frame.names.get(path.parts[0] ?? "") : undefined;
  return named === undefined ? [...frame.base, ...path.parts] : [...named, ...path.parts.slice(1)];
}

/** `this.x` and `./x` mean the scope's own field even where a block parameter has that name. */
const isScoped = (path: hbs.AST.PathExpression): boolean => /^(?:this\b|\.)/.test(path.original);

function lookupTarget(params: readonly hbs.AST.Expression[], frames: readonly Frame[]): Path {
  const [list, key] = params;
  const base = list === undefined ? UNKNOWN : targetOf(list, frames);
  if (key?.type === "StringLiteral") return [...base, (key as hbs.AST.StringLiteral).value];
  return [...base, key?.type === "NumberLiteral" ? "[]" : "*"];
}
