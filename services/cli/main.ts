// The command-line client: `npm run fanfare -- <command>`.
import { processIo } from "./io.ts";
import { runCli } from "./run.ts";

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
// `fanfare deliveries … | head` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), processIo(interrupt.signal));
