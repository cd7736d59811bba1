/** A block of shell lines in a document. */
export type ShellBlock = {
  /** The heading or bold words right above it, in which a reader finds it. */
  title: string;
  text: string;
};

/** The ```sh blocks between a heading of level two and the next one, as the document has them. */
export function shellBlocks(markdown: string, section: string): ShellBlock[] {
  const lines = markdown.split("\n");
  const start = lines.indexOf(`## ${section}`);
  if (start < 0) throw new Error(`the document has no section "## ${section}"`);
  const blocks: ShellBlock[] = [];
  let title = section;
  let open: string[] | undefined;
  for (const line of lines.slice(start + 1)) {
    if (open !== undefined) {
      if (line === "```") {
        blocks.push({ title, text: open.join("\n") });
        open = undefined;
      } else open.push(line);
    } else if (line.startsWith("## ")) break;
    else if (line === "```sh") open = [];
    else title = /^(?:#+ |\*\*)([^*]+)/.exec(line)?.[1]?.trim() ?? title;
  }
  if (open !== undefined) throw new Error(`a block below "${title}" is not closed`);
  return blocks;
}
