import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { userCacheDirectory } from "#dev/stack/user-cache.ts";

const run = promisify(execFile);
/** The programs have no dependencies; a cold compiler builds the standard library too. */
const BUILD_TIMEOUT_MS = 300_000;

/** Builds a Go program of the bench when it is not in the cache. Answers its path. */
export async function buildGoProgram(name: "sink" | "caller"): Promise<string> {
  const sources = new URL(`../${name}`, import.meta.url).pathname;
  const hash = createHash("sha256");
  for (const file of readdirSync(sources).toSorted()) hash.update(readFileSync(join(sources, file)));
  const directory = join(userCacheDirectory(), `bench-${name}`, hash.digest("hex").slice(0, 16));
  const command = join(directory, name);
  if (existsSync(command)) return command;
  mkdirSync(directory, { recursive: true });
  // Built beside its place and moved there whole: an interrupted build leaves nothing that looks finished.
  const building = `${command}-${randomUUID()}`;
  try {
    await run("go", ["build", "-o", building, "."], {
      cwd: sources,
      timeout: BUILD_TIMEOUT_MS,
      env: { ...process.env, CGO_ENABLED: "0" },
    });
  } catch (cause) {
    throw new Error(`bench/${name} could not be built; the bench needs Go 1.25 or newer on PATH`, { cause });
  }
  renameSync(building, command);
  return command;
}
