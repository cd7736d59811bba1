import type { Command } from "commander";
import { GetCreditsResponseSchema } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { facts } from "../show/table.ts";

export function addCredits(program: Command, cli: Cli): void {
  program
    .command("credits")
    .description("what may be spent now, and what is reserved for mails on their way")
    .action(async (_: object, command: Command) => {
      const { api, out, call } = cli.open(command);
      const answer = await api.agencies.getCredits({}, call);
      out.show(GetCreditsResponseSchema, answer, () => {
        for (const line of facts([
          ["balance", count(answer.balance).padStart(13)],
          ["reserved", count(answer.reserved).padStart(13)],
        ]))
          out.line(line);
      });
    });
}
