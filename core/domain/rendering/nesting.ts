/**
 * How deep a source nests, seen from its braces alone. Handlebars' parser copies its stack at every step, so its time grows
 * with the square of the depth (20,000 nested calls took two minutes): depth must be known before it is let loose.
 * A rough count is enough; `checkSyntax` applies the exact limit to the tree.
 */
export function roughNesting(source: string): number {
  // One entry per open block: 1, and 1 more for each {{else if …}}, which nests inside the one before.
  const blocks: number[] = [];
  let open = 0;
  let deepest = 0;
  for (const [, mark = "", content = ""] of source.matchAll(EXPRESSION)) {
    if (mark === "!") continue;
    if (mark === "#" || (mark === "^" && content !== "")) {
      blocks.push(1);
      open += 1;
    } else if (mark === "/") {
      open -= blocks.pop() ?? 0;
    } else if (/^else\s+\w/.test(content) && blocks.length > 0) {
      blocks.push((blocks.pop() ?? 0) + 1);
      open += 1;
    }
    deepest = Math.max(deepest, open + parenthesisDepth(content));
  }
  return deepest;
}

/** `{{`, an optional ~, the mark that tells a block, and what follows up to the first brace. */
const EXPRESSION = /\{\{~?([#^/!]?)\s*([^{}]*)/g;

function parenthesisDepth(content: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of content) {
    if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
