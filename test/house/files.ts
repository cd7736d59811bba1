import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** A file that is, or could be, committed. `path` is relative to the project. */
export type HouseFile = { path: string; read: () => string };

/** The project's own files, those that are not committed yet included, in the order of their names. */
export function houseFiles(...patterns: string[]): HouseFile[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  const listed = execFileSync("git", args, { cwd: PROJECT_DIRECTORY, encoding: "utf8" }).split("\0");
  return [...new Set(listed)]
    .filter((path) => path !== "" && existsSync(join(PROJECT_DIRECTORY, path)))
    .toSorted()
    .map((path) => ({ path, read: () => readFileSync(join(PROJECT_DIRECTORY, path), "utf8") }));
}

/** One file of the project. */
export function houseFile(path: string): string {
  return readFileSync(join(PROJECT_DIRECTORY, path), "utf8");
}
