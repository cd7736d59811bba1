import type { Command } from "commander";
import { LedgerEntrySchema } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { timeOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

export function addLedger(program: Command, cli: Cli): void {
  withLimit(program.command("ledger").description("every change of the credits, newest first")).action(
    async ({ limit }: { limit: number }, command: Command) => {
      const { api, out, call } = cli.open(command);
      await showRows({
        out,
        schema: LedgerEntrySchema,
        limit,
        none: "Nothing was booked yet.",
        columns: [
          { title: "at", value: ({ at }) => timeOf(at) },
          { title: "kind", value: ({ kind }) => kind.replaceAll("_", " ") },
          { title: "balance", value: ({ amount }) => signed(amount), right: true },
          { title: "reserved", value: ({ reserved }) => signed(reserved), right: true },
          { title: "blast", value: ({ blastId }) => blastId },
          { title: "note", value: ({ note }) => note },
        ],
        fetchPage: async (page) => {
          const answer = await api.agencies.listLedger({ page }, call);
          return { rows: answer.entries, page: answer.page };
        },
      });
    },
  );
}

function signed(value: bigint): string {
  return value > 0n ? `+${count(value)}` : count(value);
}
