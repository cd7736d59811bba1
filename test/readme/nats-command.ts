import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** Where `nats` is, and whether it is the real one. */
export type NatsCommand = { directory: string; standIn: boolean };

// A cold cache builds it from source; when the network says no, it says so within seconds.
const fetchTimeoutMs = 300_000;

/** The real command line, from PATH or fetched by dev/bootstrap/tool; where neither can be, a stand-in written into `scratch`. */
export function natsCommand(scratch: string): NatsCommand {
  try {
    const tool = join(PROJECT_DIRECTORY, "dev/bootstrap/tool");
    const path = execFileSync(tool, ["nats"], { encoding: "utf8", timeout: fetchTimeoutMs, stdio: "pipe" });
    return { directory: dirname(path.trim()), standIn: false };
  } catch {
    const standIn = join(PROJECT_DIRECTORY, "test/readme/nats-stand-in.ts");
    const command = join(scratch, "nats");
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${standIn}" "$@"\n`);
    chmodSync(command, 0o755);
    return { directory: scratch, standIn: true };
  }
}
