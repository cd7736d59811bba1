import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startProcess } from "./process.ts";
import type { Env, ManagedProcess } from "./process.ts";
import { listeningUrl } from "./services.ts";
import type { Stack } from "./stack.ts";
import { PROJECT_DIRECTORY } from "./user-cache.ts";

/** A first build on a busy machine; more than this means that the network hangs. */
const BUILD_TIMEOUT_MS = 900_000;

/** Where the development stack keeps exported files, as the api and the exporter are told. */
export const EXPORT_STORE = pathToFileURL(join(PROJECT_DIRECTORY, ".fanfare", "exports")).href;

/**
 * Starts the exporter beside a stack whose api knows `EXPORT_STORE`. Builds it when this machine has not built these sources yet, without
 * blocking anything. Throws with the reason, in a sentence, where there is no Go to build it.
 */
export async function startExporter(
  stack: Pick<Stack, "apiUrl" | "env" | "logDirectory">,
  options: { env?: Env; echo?: boolean } = {},
): Promise<ManagedProcess> {
  const command = await built();
  return startProcess({
    name: "exporter",
    command,
    cwd: PROJECT_DIRECTORY,
    env: (lastAddress) => ({
      ...stack.env,
      FANFARE_URL: stack.apiUrl,
      FANFARE_EXPORT_STORE: EXPORT_STORE,
      FANFARE_HEALTH_PORT: lastAddress === undefined ? "0" : new URL(lastAddress).port,
      // One of the less important tasks: one core at most, and little memory.
      GOMAXPROCS: "1",
      GOMEMLIMIT: "64MiB",
      ...options.env,
    }),
    readyLine: listeningUrl,
    logFile: join(stack.logDirectory, "exporter.log"),
    echo: options.echo ?? false,
  });
}

async function built(): Promise<string> {
  const tool = join(PROJECT_DIRECTORY, "dev", "bootstrap", "tool");
  try {
    // Whoever waits for a build has nothing else to do; a stack beside it has.
    const { stdout } = await promisify(execFile)("nice", [tool, "exporter"], { timeout: BUILD_TIMEOUT_MS });
    return stdout.trim();
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    const last = said.split("\n").at(-1) || (error instanceof Error ? error.message : String(error));
    throw new Error(last.replace(/^fanfare: /, ""), { cause: error });
  }
}
