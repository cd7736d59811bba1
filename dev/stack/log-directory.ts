import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "./user-cache.ts";

/** Enough to look back at the last failures; a bench's logs are megabytes. */
const LOG_DIRECTORIES_MAX = 20;

/** A new directory under .fanfare/logs for one stack's logs; the oldest ones go. */
export function makeLogDirectory(): string {
  const parent = join(PROJECT_DIRECTORY, ".fanfare", "logs");
  const name = `${new Date().toISOString().replaceAll(":", "-")}-${process.pid}`;
  const directory = join(parent, name);
  mkdirSync(directory, { recursive: true });
  const old = readdirSync(parent).toSorted().slice(0, -LOG_DIRECTORIES_MAX);
  for (const each of old) rmSync(join(parent, each), { recursive: true, force: true });
  return directory;
}
