import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "./user-cache.ts";

const builds = join(PROJECT_DIRECTORY, ".fanfare", "console");
// What a build is made of; package-lock.json stands for every package.
const sources = ["services/console", "gen/ts", "package-lock.json", "dev/stack/build-console.ts"];
// Earlier builds that a running api may still serve.
const keptBuilds = 3;

/** The directory of the console built from what is checked out; built when needed (about two seconds), safe from several at once. */
export async function buildConsole(): Promise<string> {
  const directory = join(builds, hashOf(sources));
  if (existsSync(join(directory, "index.html"))) return directory;
  // Only here: a stack without a console need not load a bundler.
  const { build } = await import("vite");
  mkdirSync(builds, { recursive: true });
  const half = `${directory}.${process.pid}`;
  // Tests run under another name, for which the bundler would make React's slower and larger build for developers.
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  await build({
    root: join(PROJECT_DIRECTORY, "services/console"),
    configFile: join(PROJECT_DIRECTORY, "services/console/vite.config.ts"),
    build: { outDir: half },
    logLevel: "error",
  }).finally(() => {
    if (NODE_ENV === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = NODE_ENV;
  });
  try {
    renameSync(half, directory);
  } catch (error) {
    // Another process was faster with the same build.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(join(directory, "index.html"))) throw error;
  }
  dropOldBuilds();
  return directory;
}

function dropOldBuilds(): void {
  const finished = readdirSync(builds, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.includes("."))
    .map((entry) => join(builds, entry.name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of finished.slice(keptBuilds)) rmSync(old, { recursive: true, force: true });
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, join(PROJECT_DIRECTORY, path));
  return hash.digest("hex").slice(0, 16);
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  if (statSync(path).isFile()) {
    hash.update(readFileSync(path));
    return;
  }
  const files = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted())
    hash.update(file.slice(PROJECT_DIRECTORY.length)).update(readFileSync(file));
}
