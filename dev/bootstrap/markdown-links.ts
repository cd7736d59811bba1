/** A link of a document: where it points, and on which line it stands. */
export type Link = { target: string; line: number };

/** Code, in which nothing is a link or a heading, blanked out; lines keep their numbers. */
function withoutCode(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split("\n").map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark?.startsWith(fence)) fence = undefined;
    else if (fence === undefined) return line;
    return "";
  });
}

/** All links and images, inline `[text](target)` and by reference `[name]: target`. */
export function linksOf(markdown: string): Link[] {
  return withoutCode(markdown).flatMap((text, index) => {
    const line = text.replaceAll(/(`+)[^`]*\1/g, "");
    const inline = [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
    const references = [...line.matchAll(/^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/g)];
    return [...inline, ...references].map((match) => ({ target: match[1] ?? "", line: index + 1 }));
  });
}

/** The anchors that a document offers: its headings as GitHub names them, and explicit `id`s. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of withoutCode(markdown)) {
    for (const match of line.matchAll(/<\w+[^>]*\s(?:id|name)="([^"]+)"/g)) anchors.add(match[1] ?? "");
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    // A second heading of the same words gets -1, a third -2.
    let unique = slug;
    for (let count = 1; anchors.has(unique); count++) unique = `${slug}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const text = heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/<[^>]+>/g, "");
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-");
}
