import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the project's directory is. */
export const PROJECT_DIRECTORY = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** What a second checkout can reuse. The same rule as in dev/bootstrap/env.sh. */
export function userCacheDirectory(): string {
  const { XDG_CACHE_HOME, HOME } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "fanfare");
  if (HOME && isWritable(HOME)) return join(HOME, ".cache", "fanfare");
  return join(PROJECT_DIRECTORY, ".fanfare", "cache");
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
