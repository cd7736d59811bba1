// `make gen`: proto/ → gen/. `--check` generates elsewhere and says how gen/ differs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathWithGenerators, ROOT } from "./tools.ts";

/** More would only scroll by: one is enough to run `make gen`. */
const DIFFERENCES_SHOWN_MAX = 10;

/** Names that only a generator gives. Whatever else lies in gen/ (go.mod, __init__.py) is written by hand. */
const GENERATED_NAME = /(_pb\.(js|d\.ts|ts)|\.pb\.go|\.connect\.go|_pb2(_grpc)?\.pyi?)$/;

function generateInto(directory: string): void {
  const env = { ...process.env, PATH: pathWithGenerators() };
  execFileSync("buf", ["generate", "--output", directory], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

/** What `make gen` would change, one line each. */
function differences(fresh: string, committed: string): string[] {
  const made = filesBelow(fresh);
  const stale = filesBelow(committed).filter((file) => GENERATED_NAME.test(file) && !made.includes(file));
  const changed = made.flatMap((file) => {
    const path = join(committed, file);
    if (!existsSync(path)) return [`missing: gen/${file}`];
    return readFileSync(path).equals(readFileSync(join(fresh, file))) ? [] : [`out of date: gen/${file}`];
  });
  return [...changed, ...stale.map((file) => `no longer generated: gen/${file}`)];
}

function check(): void {
  const scratch = mkdtempSync(join(tmpdir(), "fanfare-gen-"));
  try {
    generateInto(scratch);
    const found = differences(join(scratch, "gen"), join(ROOT, "gen"));
    if (found.length === 0) return;
    for (const line of found.slice(0, DIFFERENCES_SHOWN_MAX)) console.log(line);
    if (found.length > DIFFERENCES_SHOWN_MAX) console.log(`and ${found.length - DIFFERENCES_SHOWN_MAX} more`);
    console.log("gen/ is not what proto/ gives: run make gen and commit the result");
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  if (process.argv.includes("--check")) check();
  else generateInto(ROOT);
} catch {
  // Whoever failed has said why on standard error.
  process.exitCode = 1;
}
