import { dateFormatProblem } from "./format-date.ts";
import { BLOCK_HELPERS, INLINE_HELPERS } from "./helpers.ts";
import type { TemplateLimits } from "./limits.ts";
import { MAX_PROBLEMS, problemAt, type TemplatePart, type TemplateProblem } from "./problems.ts";

type Walk = {
  part: TemplatePart;
  limits: TemplateLimits;
  problems: TemplateProblem[];
  nodes: number;
  stopped: boolean;
};

/** Parts of a path that lead out of the data into JavaScript's own objects. */
const FORBIDDEN_NAMES = new Set([
  "__proto__",
  "constructor",
  "prototype",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
]);
const DATA_NAMES = new Set(["root", "index", "key", "first", "last"]);
const isHelper = (name: string): boolean => Object.hasOwn(INLINE_HELPERS, name);
const INLINE_NAMES = Object.keys(INLINE_HELPERS).join(", ");

/** Checks a syntax tree against the list of what is allowed; what is not on the list is refused. */
export function checkSyntax(
  part: TemplatePart,
  program: hbs.AST.Program,
  limits: TemplateLimits,
): TemplateProblem[] {
  const walk: Walk = { part, limits, problems: [], nodes: 0, stopped: false };
  checkBody(walk, program.body, 0, 0);
  return walk.problems;
}

function report(walk: Walk, node: hbs.AST.Node, message: string): void {
  if (walk.problems.length < MAX_PROBLEMS) walk.problems.push(problemAt(walk.part, node, message));
}

/** Counts a node; false once the walk must end, so a hostile tree costs no more than the caps. */
function enter(walk: Walk, node: hbs.AST.Node, depth: number): boolean {
  if (walk.stopped) return false;
  walk.nodes += 1;
  if (walk.nodes > walk.limits.maxNodes) {
    walk.stopped = true;
    report(
      walk,
      node,
      `The ${walk.part} has more than ${walk.limits.maxNodes} expressions and texts; make it simpler.`,
    );
  } else if (depth > walk.limits.maxDepth) {
    walk.stopped = true;
    report(
      walk,
      node,
      `Blocks and helper calls are nested more than ${walk.limits.maxDepth} deep; nest fewer.`,
    );
  }
  return !walk.stopped;
}

function checkBody(walk: Walk, body: readonly hbs.AST.Statement[], depth: number, eachDepth: number): void {
  for (const statement of body) checkStatement(walk, statement, depth, eachDepth);
}

function checkStatement(walk: Walk, node: hbs.AST.Statement, depth: number, eachDepth: number): void {
  if (!enter(walk, node, depth)) return;
  switch (node.type) {
    case "ContentStatement":
    case "CommentStatement":
      return;
    case "MustacheStatement":
      return checkMustache(walk, node as hbs.AST.MustacheStatement, depth);
    case "BlockStatement":
      return checkBlock(walk, node as hbs.AST.BlockStatement, depth, eachDepth);
    case "PartialStatement":
    case "PartialBlockStatement":
      return report(walk, node, "Partials {{> …}} are not allowed; put the text itself here.");
    case "Decorator":
    case "DecoratorBlock":
      return report(walk, node, "Decorators {{* …}} are not allowed; remove it.");
    default:
      return report(walk, node, `${node.type} is not allowed in a template; remove it.`);
  }
}

function checkMustache(walk: Walk, node: hbs.AST.MustacheStatement, depth: number): void {
  if (!node.escaped) {
    return report(
      walk,
      node,
      "Unescaped output {{{…}}} or {{&…}} is not allowed; write {{…}}, values are escaped for you.",
    );
  }
  const path = node.path as hbs.AST.Node;
  if (path.type !== "PathExpression") {
    return report(walk, node, "This prints a literal; write the text itself, or the name of a field.");
  }
  const called = node.params.length > 0 || node.hash !== undefined;
  if (called || isHelper((path as hbs.AST.PathExpression).original)) checkCall(walk, node, depth);
  else checkExpression(walk, path, depth);
}

/** A helper with its arguments, in {{…}} or (…). */
function checkCall(walk: Walk, node: hbs.AST.MustacheStatement | hbs.AST.SubExpression, depth: number): void {
  const name = (node.path as hbs.AST.PathExpression).original;
  const helper = isHelper(name) ? INLINE_HELPERS[name] : undefined;
  if (helper === undefined) {
    return report(walk, node, `There is no helper "${name}"; the helpers are ${INLINE_NAMES}.`);
  }
  if (node.hash !== undefined)
    return report(walk, node, `"${name}" takes no name=value arguments; write ${helper.usage}.`);
  const count = node.params.length;
  if (count < helper.minParams || count > helper.maxParams) {
    return report(walk, node, `"${name}" got ${count} arguments; write ${helper.usage}.`);
  }
  if (name === "formatDate") checkDateFormat(walk, node);
  for (const param of node.params) checkExpression(walk, param, depth + 1);
}

function checkDateFormat(walk: Walk, node: hbs.AST.MustacheStatement | hbs.AST.SubExpression): void {
  const format = node.params[1];
  if (format === undefined) return;
  if (format.type !== "StringLiteral")
    return report(walk, format, 'Give the date format in quotes, such as "d MMMM yyyy".');
  const problem = dateFormatProblem((format as hbs.AST.StringLiteral).value);
  if (problem !== undefined) report(walk, format, `In the date format, ${problem}.`);
}

function checkExpression(walk: Walk, node: hbs.AST.Expression, depth: number): void {
  if (!enter(walk, node, depth)) return;
  switch (node.type) {
    case "PathExpression":
      return checkPath(walk, node as hbs.AST.PathExpression);
    case "SubExpression":
      return checkCall(walk, node as hbs.AST.SubExpression, depth);
    case "StringLiteral":
    case "NumberLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "UndefinedLiteral":
      return;
    default:
      return report(walk, node, `${node.type} is not allowed here; use a field, a literal or a helper call.`);
  }
}

function checkPath(walk: Walk, path: hbs.AST.PathExpression): void {
  // Handlebars 4.7 types parts as strings, but a path may begin with a call: {{(lookup a b).c}}.
  const parts = path.parts as readonly unknown[];
  if (!parts.every((part) => typeof part === "string")) {
    return report(walk, path, "A path may not begin with a helper call; use lookup inside the call.");
  }
  const bad = parts.find((part) => FORBIDDEN_NAMES.has(part) || part.startsWith("__"));
  if (bad !== undefined) return report(walk, path, `"${bad}" is not a field of anybody; remove it.`);
  if (path.data && !DATA_NAMES.has(parts[0] ?? "")) {
    report(walk, path, `"@${parts[0] ?? ""}" is unknown; @index, @key, @first, @last and @root can be used.`);
  }
}

function checkBlock(walk: Walk, node: hbs.AST.BlockStatement, depth: number, eachDepth: number): void {
  const name = node.path.original;
  if (!BLOCK_HELPERS.has(name)) {
    const hint = isHelper(name)
      ? `"${name}" is no block; write ${INLINE_HELPERS[name]?.usage}.`
      : `write {{#if ${name}}}, {{#each ${name}}} or {{#with ${name}}}.`;
    return report(walk, node, `There is no block "${name}"; ${hint}`);
  }
  if (node.params.length !== 1)
    return report(walk, node, `{{#${name}}} takes exactly one argument, got ${node.params.length}.`);
  const hash = (node.hash as hbs.AST.Hash | undefined)?.pairs ?? [];
  const conditional = name === "if" || name === "unless";
  if (
    hash.some((pair) => !(conditional && pair.key === "includeZero" && pair.value.type === "BooleanLiteral"))
  ) {
    return report(walk, node, `{{#${name}}} takes no name=value arguments here; remove them.`);
  }
  const innerEach = eachDepth + (name === "each" ? 1 : 0);
  if (innerEach > walk.limits.maxEachDepth) {
    return report(
      walk,
      node,
      `{{#each}} is nested more than ${walk.limits.maxEachDepth} deep, which multiplies; flatten the list.`,
    );
  }
  for (const param of node.params) checkExpression(walk, param, depth + 1);
  for (const program of [node.program, node.inverse] as (hbs.AST.Program | undefined)[]) {
    if (program === undefined) continue;
    checkBlockParams(walk, node, program);
    checkBody(walk, program.body, depth + 1, innerEach);
  }
}

function checkBlockParams(walk: Walk, node: hbs.AST.BlockStatement, program: hbs.AST.Program): void {
  // A block parameter named like a helper would hide it, and readers would disagree about which one is meant.
  const bad = (program.blockParams ?? []).find(
    (name) => isHelper(name) || BLOCK_HELPERS.has(name) || name.startsWith("__"),
  );
  if (bad !== undefined) report(walk, node, `"as |${bad}|" takes the name of a helper; choose another name.`);
}
