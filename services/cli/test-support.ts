import type { Io } from "./io.ts";
import { runCli } from "./run.ts";

/** What a command line printed and how it ended. */
export type Ran = { code: number; out: string; err: string };

/** Runs a command line in this process, with an environment and a terminal of its own. */
export async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  terminal: Partial<Pick<Io, "interactive" | "interactiveError" | "directory" | "signal">> = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await runCli(args, {
    env,
    write: (text) => (out += text),
    writeError: (text) => (err += text),
    interactive: false,
    interactiveError: false,
    columns: () => 100,
    directory: process.cwd(),
    signal: new AbortController().signal,
    ...terminal,
  });
  return { code, out, err };
}

/** The JSON documents of an output, one a line. */
export function documents(out: string): Record<string, unknown>[] {
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
