import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProcess, type ManagedProcess } from "#dev/stack/process.ts";
import { listeningUrl } from "#dev/stack/services.ts";
import { userCacheDirectory } from "#dev/stack/user-cache.ts";

const run = promisify(execFile);
const SOURCES = new URL("../sink", import.meta.url).pathname;
/** It has no dependencies; a cold compiler builds the standard library too. */
const BUILD_TIMEOUT_MS = 300_000;

/** The provider of the bench: a process of its own that only answers and counts. */
export type Sink = { process: ManagedProcess; url: string; stop: () => Promise<void> };

/** Builds the sink when it is not in the cache, and starts it on a free port. */
export async function startSink(logDirectory: string): Promise<Sink> {
  const command = await buildSink();
  const process = await startProcess({
    name: "sink",
    command,
    readyLine: listeningUrl,
    logFile: join(logDirectory, "sink.log"),
  });
  return { process, url: process.address ?? "", stop: process.stop };
}

async function buildSink(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of readdirSync(SOURCES).toSorted()) hash.update(readFileSync(join(SOURCES, file)));
  const directory = join(userCacheDirectory(), "bench-sink", hash.digest("hex").slice(0, 16));
  const command = join(directory, "sink");
  if (existsSync(command)) return command;
  mkdirSync(directory, { recursive: true });
  // Built beside its place and moved there whole: an interrupted build leaves nothing that looks finished.
  const building = `${command}-${randomUUID()}`;
  try {
    await run("go", ["build", "-o", building, "."], {
      cwd: SOURCES,
      timeout: BUILD_TIMEOUT_MS,
      env: { ...process.env, CGO_ENABLED: "0" },
    });
  } catch (cause) {
    throw new Error("bench/sink could not be built; the bench needs Go 1.25 or newer on PATH", { cause });
  }
  renameSync(building, command);
  return command;
}
