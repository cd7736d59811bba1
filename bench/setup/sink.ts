import { join } from "node:path";
import { startProcess, type ManagedProcess } from "#dev/stack/process.ts";
import { listeningUrl } from "#dev/stack/services.ts";
import { buildGoProgram } from "./go-program.ts";

/** The provider of the bench: a process of its own that only answers and counts. */
export type Sink = { process: ManagedProcess; url: string; stop: () => Promise<void> };

/** Builds the sink when it is not in the cache, and starts it on a free port. */
export async function startSink(logDirectory: string): Promise<Sink> {
  const process = await startProcess({
    name: "sink",
    command: await buildGoProgram("sink"),
    readyLine: listeningUrl,
    logFile: join(logDirectory, "sink.log"),
  });
  return { process, url: process.address ?? "", stop: process.stop };
}
