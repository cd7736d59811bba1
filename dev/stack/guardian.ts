import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Writable } from "node:stream";

/** What the guardian does with a process when we are gone. */
export type GuardedKind = "group" | "postgres";

let pipe: Writable | undefined;

/**
 * Tells the guardian about a process or directory that must not outlive us. One guardian serves all stacks of this
 * process. It is told before the thing can do harm, and the write reaches the pipe at once, so no kill -9 slips between.
 */
export function guard(kind: GuardedKind | "directory", what: number | string): void {
  guardianPipe().write(`${kind} ${what}\n`);
}

/** Takes back what {@link guard} said, because the thing is gone. */
export function forget(what: number | string): void {
  guardianPipe().write(`forget ${what}\n`);
}

function guardianPipe(): Writable {
  if (pipe?.writable) return pipe;
  // In a session of its own, so that neither Ctrl-C nor a kill of our process group reaches it.
  const child = spawn("sh", [fileURLToPath(new URL("./guardian.sh", import.meta.url))], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
  });
  const opened = child.stdin;
  // Someone may kill the guardian; then we still stop our children ourselves.
  opened.on("error", () => undefined);
  // It must not keep us alive: our end is what it waits for.
  child.unref();
  const handle: Writable & { unref?: () => void } = opened;
  handle.unref?.();
  pipe = opened;
  return opened;
}
