import { CommanderError } from "commander";
import { EXIT } from "./exit-codes.ts";
import { wantsColour, type Io } from "./io.ts";
import { createProgram } from "./program.ts";
import { createCli, type GlobalOptions } from "./session.ts";
import { failureJson, failureLines, readFailure } from "./show/failure.ts";
import { createStyle } from "./show/style.ts";

/** Runs one command line and answers the exit code. Everything it prints goes through `io`. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const cli = createCli(io);
  const program = createProgram(cli);
  try {
    await program.parseAsync(args, { from: "user" });
    return cli.exitCode();
  } catch (error) {
    // Commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (io.signal.aborted) return EXIT.interrupted;
    const failure = readFailure(error, cli.url());
    const style = createStyle(io.interactiveError && wantsColour({ ...io, interactive: true }));
    const text = program.opts<GlobalOptions>().json
      ? failureJson(failure)
      : failureLines(failure, style).join("\n");
    io.writeError(`${text}\n`);
    return failure.exitCode;
  } finally {
    cli.close();
  }
}
