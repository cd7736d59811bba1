import { printValue, type OutputMode } from "./escape.ts";
import type { Piece } from "./instrument.ts";
import { spend, type Meter } from "./meter.ts";

/** A printed field: the way to it from the context, and how it is printed. */
type Field = { path: readonly string[]; mode: OutputMode };

/** A piece that prints fields and nothing else, as nearly all that differ from customer to customer do. */
export type PlainPiece = readonly Field[];

/**
 * The fields that a piece prints, undefined when there is more to it: text, a helper, a block, a path that does not go down from the context.
 * For these alone Handlebars need not be asked, whose call costs several times what it does.
 */
export function plainPiece({ body, modeOf }: Piece): PlainPiece | undefined {
  const fields: Field[] = [];
  for (const node of body) {
    const path = node.type === "MustacheStatement" ? plainPath(node as hbs.AST.MustacheStatement) : undefined;
    if (path === undefined) return undefined;
    fields.push({ path, mode: modeOf(node) });
  }
  return fields;
}

function plainPath({ path, params, hash }: hbs.AST.MustacheStatement): readonly string[] | undefined {
  // Handlebars' parser leaves the hash out where there is none, whatever its types say.
  if (path.type !== "PathExpression" || params.length > 0 || (hash as hbs.AST.Hash | undefined) !== undefined)
    return undefined;
  const { data, depth, parts, original } = path as hbs.AST.PathExpression;
  const goesDown = !data && depth === 0 && parts.length > 0 && !original.startsWith("this");
  return goesDown ? parts : undefined;
}

/** What Handlebars would give with our output helper: the same text, and the same on the meter. */
export function renderPlain(piece: PlainPiece, context: object, meter: Meter): string {
  let whole = "";
  for (const { path, mode } of piece) {
    const text = printValue(mode, read(context, path));
    spend(meter, 1, text.length);
    whole += text;
  }
  return whole;
}

/** Own properties only, as Handlebars reads when nothing of a prototype is allowed. */
function read(context: object, path: readonly string[]): unknown {
  let value: unknown = context;
  for (const name of path) {
    if (value === undefined || value === null) return value;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
