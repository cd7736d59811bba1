// A step of `make check`: every relative link in a document leads to a file, and to a heading when it names one.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { anchorsOf, linksOf } from "./markdown-links.ts";
import { ROOT } from "./tools.ts";

/** The project's own documents, also those that are not committed yet. */
function documents(): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\0");
  return listed.filter((path) => path !== "" && existsSync(join(ROOT, path)));
}

/** What is wrong with a link in a document; nothing when it leads somewhere or out of the project. */
function problemOf(document: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("//")) return undefined;
  const [path = "", anchor] = target.split("#", 2).map(decodeURIComponent);
  // A leading slash means the project's directory, as on GitHub.
  const base = path.startsWith("/") ? ROOT : dirname(join(ROOT, document));
  const file = path === "" ? join(ROOT, document) : join(base, path);
  if (!existsSync(file)) return `no file ${path}`;
  if (!anchor || !file.endsWith(".md") || statSync(file).isDirectory()) return undefined;
  return anchorsOf(readFileSync(file, "utf8")).has(anchor)
    ? undefined
    : `no heading #${anchor} in ${path || "this file"}`;
}

const problems = documents().flatMap((document) =>
  linksOf(readFileSync(join(ROOT, document), "utf8")).flatMap(({ target, line }) => {
    const problem = problemOf(document, target);
    return problem === undefined ? [] : [`${document}:${line}: ${target}: ${problem}`];
  }),
);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
