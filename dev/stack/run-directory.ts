import { chmodSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { forget, guard } from "./guardian.ts";

/** A temporary directory that goes away with {@link RunDirectory.remove} or with this process, whichever is first. */
export type RunDirectory = { path: string; remove: () => void };

/** Makes a directory whose name starts with `fanfare-`. Other users may enter, not read: PostgreSQL runs as one. */
export function makeRunDirectory(purpose: string): RunDirectory {
  const path = mkdtempSync(join(reachableTmpdir(), `fanfare-${purpose}-`));
  guard("directory", path);
  chmodSync(path, 0o711);
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      forget(path);
    },
  };
}

/** TMPDIR may lie below a home that only its owner may enter, where PostgreSQL's user could not follow. */
function reachableTmpdir(): string {
  const wanted = realpathSync(tmpdir());
  return isReachableByOthers(wanted) ? wanted : "/tmp";
}

/** Whether a user who owns nothing may reach this path. */
export function isReachableByOthers(path: string): boolean {
  const othersMayEnter = 0o001;
  for (let at = realpathSync(path); ; at = dirname(at)) {
    if ((statSync(at).mode & othersMayEnter) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
