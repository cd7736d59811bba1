import type { Command } from "commander";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import { watchOnScreen } from "../show-blast.ts";

export function addWatch(program: Command, cli: Cli): void {
  program
    .command("watch")
    .argument("<blast>", "id of the blast")
    .description("follow a blast to its end; the exit code is 1 when it was refused or cancelled")
    .action(async (blast: string, _options: object, command: Command) => {
      const blastId = requireUuid("blast", blast);
      await watchOnScreen(cli, cli.open(command), blastId);
    });
}
