import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProcess } from "./process.ts";
import type { Env, ManagedProcess } from "./process.ts";
import { listeningUrl } from "./services.ts";
import type { Stack } from "./stack.ts";
import { PROJECT_DIRECTORY } from "./user-cache.ts";

/** A fresh machine fetches some 60 MB once; more than this means that the network hangs. */
const INSTALL_TIMEOUT_MS = 300_000;
/** Reading the plots' library takes seconds on a busy machine. */
const READY_TIMEOUT_MS = 90_000;

/** Where the development stack keeps reports; they outlive it. */
export const REPORT_DIRECTORY = join(PROJECT_DIRECTORY, ".fanfare", "reports");

/**
 * Starts the reporter beside a stack. Installs its packages when this machine has not got them yet, without blocking anything.
 * Throws with the reason, in a sentence, where there is no Python to run it.
 */
export async function startReporter(
  stack: Pick<Stack, "apiUrl" | "env" | "logDirectory">,
  options: { env?: Env; port?: number; echo?: boolean } = {},
): Promise<ManagedProcess> {
  const command = await workersPython();
  return startProcess({
    name: "reporter",
    command,
    args: ["services/reporter/main.py"],
    cwd: PROJECT_DIRECTORY,
    env: (lastAddress) => ({
      ...stack.env,
      PYTHONPATH: ["gen/python", "kits/python"].map((part) => join(PROJECT_DIRECTORY, part)).join(":"),
      PYTHONUNBUFFERED: "1",
      FANFARE_URL: stack.apiUrl,
      FANFARE_REPORT_DIR: REPORT_DIRECTORY,
      // The sandbox's webhooks come within a second.
      FANFARE_REPORT_AFTER_MS: "8000",
      FANFARE_HEALTH_PORT: lastAddress === undefined ? `${options.port ?? 0}` : new URL(lastAddress).port,
      ...options.env,
    }),
    readyLine: listeningUrl,
    readyTimeoutMs: READY_TIMEOUT_MS,
    logFile: join(stack.logDirectory, "reporter.log"),
    echo: options.echo ?? false,
  });
}

async function workersPython(): Promise<string> {
  const tool = join(PROJECT_DIRECTORY, "dev", "bootstrap", "tool");
  try {
    const { stdout } = await promisify(execFile)(tool, ["python-workers"], { timeout: INSTALL_TIMEOUT_MS });
    return stdout.trim();
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    const last = said.split("\n").at(-1) || (error instanceof Error ? error.message : String(error));
    throw new Error(last.replace(/^fanfare: /, ""), { cause: error });
  }
}
