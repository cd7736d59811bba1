import Handlebars from "handlebars";
import type { OutputMode } from "./escape.ts";
import {
  BLOCK_HELPERS,
  HELPER_FUNCTIONS,
  INLINE_HELPERS,
  OUTPUT_HELPER,
  SEGMENT_HELPER,
  TICK_HELPER,
  type Run,
} from "./helpers.ts";
import type { Meter } from "./meter.ts";
import { plainPiece, renderPlain } from "./plain-piece.ts";

/** Statements that are rendered together into one text, and how each expression in them is printed. */
export type Piece = { body: readonly hbs.AST.Statement[]; modeOf: (node: hbs.AST.Node) => OutputMode };

/** Renders all pieces for one context, in order. Throws RenderStopped when the meter runs out. */
export type Render = (context: object, meter: Meter) => string[];

/** Our own Handlebars: only the helpers below, so nothing that others register globally can be called. */
const handlebars = Handlebars.create();
for (const name of Object.keys(handlebars.helpers)) {
  if (!BLOCK_HELPERS.has(name) && name !== "lookup") handlebars.unregisterHelper(name);
}
handlebars.registerHelper(HELPER_FUNCTIONS as unknown as Handlebars.HelperDeclareSpec);

const KNOWN_HELPERS = Object.fromEntries(
  [...BLOCK_HELPERS, ...Object.keys(INLINE_HELPERS), OUTPUT_HELPER, TICK_HELPER, SEGMENT_HELPER].map(
    (name) => [name, true],
  ),
);

/**
 * Compiles pieces into one function, so that a customer costs one call however many pieces there are; a piece that only prints fields costs none.
 * The tree comes from our own parser and has passed `checkSyntax`.
 */
export function compilePieces(pieces: readonly Piece[]): Render {
  const plain = pieces.map(plainPiece);
  const others = compileOthers(
    pieces.flatMap((piece, index) => (plain[index] === undefined ? [{ piece, index }] : [])),
  );
  return (context, meter) => {
    const sink: string[] = [];
    others(context, { meter, sink });
    for (let index = 0; index < plain.length; index += 1) {
      const fields = plain[index];
      if (fields !== undefined) sink[index] = renderPlain(fields, context, meter);
    }
    return sink;
  };
}

/**
 * With Handlebars, into their places. The tree is rewritten so that every printed value passes our output helper and every block body our
 * meter. Whitespace was settled by the parser and must not be touched again.
 */
function compileOthers(
  others: readonly { piece: Piece; index: number }[],
): (context: object, run: Run) => void {
  if (others.length === 0) return () => undefined;
  const body = others.map(({ piece, index }) => segment(index, rewriteBody(piece, piece.body)));
  const compiled = handlebars.compile(program(body), {
    knownHelpers: KNOWN_HELPERS as Exclude<CompileOptions["knownHelpers"], undefined>,
    knownHelpersOnly: true,
    noEscape: true,
    ignoreStandalone: true,
    data: true,
  });
  return (context, run) => {
    compiled(context, {
      data: { run },
      // Said outright, because leaving it open makes Handlebars print a warning when a template tries.
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
  };
}

/** Characters of fixed text directly in a body. */
export const fixedChars = (body: readonly hbs.AST.Statement[]): number =>
  body.reduce(
    (sum, node) =>
      sum + (node.type === "ContentStatement" ? (node as hbs.AST.ContentStatement).value.length : 0),
    0,
  );

function rewriteBody(piece: Piece, body: readonly hbs.AST.Statement[]): hbs.AST.Statement[] {
  return body.flatMap((node) => rewrite(piece, node));
}

function rewrite(piece: Piece, node: hbs.AST.Statement): hbs.AST.Statement[] {
  switch (node.type) {
    case "ContentStatement":
      return [node];
    case "CommentStatement":
      return [];
    case "MustacheStatement":
      return [print(piece.modeOf(node), node as hbs.AST.MustacheStatement)];
    case "BlockStatement":
      return [rewriteBlock(piece, node as hbs.AST.BlockStatement)];
    default:
      throw new Error(`A ${node.type} passed the syntax check; only allowed nodes may reach the compiler.`);
  }
}

const LOC: hbs.AST.SourceLocation = {
  source: "",
  start: { line: 1, column: 0 },
  end: { line: 1, column: 0 },
};
const NO_STRIP: hbs.AST.StripFlags = { open: false, close: false };
const NO_HASH = undefined as unknown as hbs.AST.Hash;

const program = (body: hbs.AST.Statement[], blockParams?: string[]): hbs.AST.Program =>
  ({ type: "Program", body, loc: LOC, ...(blockParams !== undefined && { blockParams }) }) as hbs.AST.Program;

const helperPath = (name: string): hbs.AST.PathExpression =>
  ({
    type: "PathExpression",
    data: false,
    depth: 0,
    parts: [name],
    original: name,
    loc: LOC,
  }) as hbs.AST.PathExpression;

const numberLiteral = (value: number): hbs.AST.NumberLiteral => ({
  type: "NumberLiteral",
  value,
  original: value,
  loc: LOC,
});

const mustache = (name: string, params: hbs.AST.Expression[]): hbs.AST.MustacheStatement => ({
  type: "MustacheStatement",
  path: helperPath(name),
  params,
  hash: NO_HASH,
  escaped: true,
  strip: NO_STRIP,
  loc: LOC,
});

function print(mode: OutputMode, node: hbs.AST.MustacheStatement): hbs.AST.MustacheStatement {
  const modeLiteral = {
    type: "StringLiteral",
    value: mode,
    original: mode,
    loc: LOC,
  } as hbs.AST.StringLiteral;
  const call: hbs.AST.Expression =
    node.params.length > 0
      ? ({
          type: "SubExpression",
          path: node.path,
          params: node.params,
          hash: node.hash,
          loc: LOC,
        } as hbs.AST.SubExpression)
      : node.path;
  return mustache(OUTPUT_HELPER, [modeLiteral, call]);
}

function block(
  name: hbs.AST.PathExpression,
  params: hbs.AST.Expression[],
  body: hbs.AST.Program,
): hbs.AST.BlockStatement {
  return {
    type: "BlockStatement",
    path: name,
    params,
    hash: NO_HASH,
    program: body,
    inverse: undefined as unknown as hbs.AST.Program,
    openStrip: NO_STRIP,
    inverseStrip: NO_STRIP,
    closeStrip: NO_STRIP,
    loc: LOC,
  };
}

const segment = (index: number, body: hbs.AST.Statement[]): hbs.AST.BlockStatement =>
  block(helperPath(SEGMENT_HELPER), [numberLiteral(index)], program(body));

function rewriteBlock(piece: Piece, node: hbs.AST.BlockStatement): hbs.AST.BlockStatement {
  const metered = (inner: hbs.AST.Program | undefined): hbs.AST.Program | undefined =>
    inner === undefined
      ? undefined
      : program(
          [mustache(TICK_HELPER, [numberLiteral(fixedChars(inner.body))]), ...rewriteBody(piece, inner.body)],
          inner.blockParams,
        );
  const rewritten = block(node.path, node.params, metered(node.program) ?? program([]));
  return { ...rewritten, hash: node.hash, inverse: metered(node.inverse) as hbs.AST.Program };
}
