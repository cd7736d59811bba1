import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** A block of code in a document: where it stands, and the file it is to be when the bold words above it name one. */
export type CodeBlock = { section: string; language: string; file?: string; text: string };

/** All blocks of code of a document in docs/, in their order. */
export function codeBlocks(document: string): CodeBlock[] {
  const lines = readFileSync(join(PROJECT_DIRECTORY, "docs", document), "utf8").split("\n");
  const blocks: CodeBlock[] = [];
  let section = "";
  let file: string | undefined;
  let open: (Omit<CodeBlock, "text"> & { lines: string[] }) | undefined;
  for (const line of lines) {
    if (open !== undefined) {
      if (line !== "```") open.lines.push(line);
      else {
        const { lines: text, ...place } = open;
        blocks.push({ ...place, text: `${text.join("\n")}\n` });
        open = undefined;
        file = undefined;
      }
    } else if (line.startsWith("```")) {
      open = { section, language: line.slice(3), ...(file !== undefined && { file }), lines: [] };
    } else if (line.startsWith("## ")) section = line.slice(3);
    else if (line !== "") file = /^\*\*`([^`]+)`\*\*$/.exec(line)?.[1];
  }
  if (open !== undefined) throw new Error(`${document}: the block in "${section}" is not closed`);
  return blocks;
}
