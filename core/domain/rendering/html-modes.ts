import type { OutputMode } from "./escape.ts";
import { EXPRESSION, readHtml, TEXT, write, type HtmlPlace } from "./html-place.ts";
import { isLinkAttribute, joinWritten, linkPlace } from "./link-place.ts";
import { MAX_PROBLEMS, problemAt, type TemplateProblem } from "./problems.ts";

/** How each printed expression of an HTML part must be escaped. */
export type HtmlModes = { modes: ReadonlyMap<hbs.AST.Node, OutputMode>; problems: TemplateProblem[] };

type Walk = { modes: Map<hbs.AST.Node, OutputMode>; problems: TemplateProblem[] };

/** Follows the HTML through all branches and finds, for each expression, the place where it is printed. */
export function htmlModes(program: hbs.AST.Program): HtmlModes {
  const walk: Walk = { modes: new Map(), problems: [] };
  walkBody(walk, program.body, TEXT);
  return walk;
}

const report = (walk: Walk, node: hbs.AST.Node, message: string): void => {
  if (walk.problems.length < MAX_PROBLEMS) walk.problems.push(problemAt("html", node, message));
};

function walkBody(walk: Walk, body: readonly hbs.AST.Statement[], start: HtmlPlace): HtmlPlace {
  let place = start;
  for (const node of body) {
    if (node.type === "ContentStatement") place = readHtml(place, (node as hbs.AST.ContentStatement).value);
    else if (node.type === "MustacheStatement") place = walkMustache(walk, node, place);
    else if (node.type === "BlockStatement") place = walkBlock(walk, node as hbs.AST.BlockStatement, place);
  }
  return place;
}

function walkMustache(walk: Walk, node: hbs.AST.Node, place: HtmlPlace): HtmlPlace {
  const mode = modeAt(place);
  if (typeof mode === "string") walk.modes.set(node, mode);
  else report(walk, node, mode.problem);
  return place.at === "value" ? write(place, EXPRESSION) : place;
}

function modeAt(place: HtmlPlace): OutputMode | { problem: string } {
  switch (place.at) {
    case "text":
      return "html";
    case "comment":
    case "declaration":
      return "attribute";
    case "raw":
      return place.tag === "style"
        ? "css"
        : {
            problem: `A value may not stand inside <${place.tag}>; mail programs drop it anyway. Remove it.`,
          };
    case "value":
      return modeInValue(place);
    case "beforeValue":
      return {
        problem: `Put quotes round the value of ${place.attribute}, such as ${place.attribute}="{{…}}".`,
      };
    case "tagName":
    case "tag":
    case "attributeName":
      return {
        problem:
          "A value may not be part of a tag or of an attribute's name; write it into a quoted attribute or between tags.",
      };
    default:
      return place satisfies never;
  }
}

function modeInValue(place: HtmlPlace & { at: "value" }): OutputMode | { problem: string } {
  const { attribute, quote, written } = place;
  if (quote === "")
    return { problem: `Put quotes round the value of ${attribute}, such as ${attribute}="{{…}}".` };
  if (attribute.startsWith("on") || attribute === "srcdoc") {
    return {
      problem: `A value may not stand in ${attribute}, which runs as a script; mail programs drop it anyway. Remove it.`,
    };
  }
  if (attribute === "style") return "css";
  if (!isLinkAttribute(attribute)) return "attribute";
  const link = linkPlace(written);
  if (link === "start") return "url";
  return link === "rest" ? "attribute" : link;
}

function walkBlock(walk: Walk, node: hbs.AST.BlockStatement, before: HtmlPlace): HtmlPlace {
  const start = settle(before);
  const inverse = node.inverse as hbs.AST.Program | undefined;
  const program = node.program as hbs.AST.Program | undefined;
  const first = program === undefined ? start : settle(walkBody(walk, program.body, start));
  const second = inverse === undefined ? start : settle(walkBody(walk, inverse.body, start));
  const joined = join(first, second);
  // A body that runs many times must also be able to follow itself.
  const repeats = node.path.original === "each" ? join(first, start) : joined;
  if (joined !== undefined && repeats !== undefined)
    return repeats === joined ? joined : (join(joined, repeats) ?? joined);
  report(
    walk,
    node,
    `{{#${node.path.original}}} leaves the HTML in another place than it found it; open and close each tag and quote inside the same branch.`,
  );
  return start;
}

/** After a tag's or attribute's name a block may only go on with further attributes. */
const settle = (place: HtmlPlace): HtmlPlace => {
  if (place.at === "tagName") return { at: "tag", tag: place.name };
  if (place.at === "attributeName") return { at: "tag", tag: place.tag };
  return place;
};

/** The place that two branches have in common, or undefined. */
function join(left: HtmlPlace, right: HtmlPlace): HtmlPlace | undefined {
  if (left.at === "value" && right.at === "value") {
    const same = left.tag === right.tag && left.attribute === right.attribute && left.quote === right.quote;
    return same ? { ...left, written: joinWritten(left.written, right.written) } : undefined;
  }
  return JSON.stringify(left) === JSON.stringify(right) ? left : undefined;
}
