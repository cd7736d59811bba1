import { Option, type Command } from "commander";
import { BlastSchema, BlastStateSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import { LaneSchema } from "#gen/fanfare/options/v1/lane_pb.js";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { keysOf, timeOf, valueOf, wordOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

type Options = { state?: string; direct?: boolean; limit: number };

export function addBlasts(program: Command, cli: Cli): void {
  const command = program
    .command("blasts")
    .description("blasts, newest first")
    .addOption(new Option("--state <state>", "only in this state").choices(keysOf(BlastStateSchema)))
    .option("--direct", "direct sends too");
  withLimit(command).action(async ({ state: word, direct, limit }: Options, invoked: Command) => {
    const { api, out, call } = cli.open(invoked);
    const state = word === undefined ? 0 : valueOf(BlastStateSchema, "--state", word);
    await showRows({
      out,
      schema: BlastSchema,
      limit,
      none: "There are no such blasts.",
      columns: [
        { title: "id", value: ({ id }) => id },
        { title: "name", value: ({ name, direct: isDirect }) => name || (isDirect ? "(direct send)" : "") },
        { title: "state", value: ({ state: its }) => wordOf(BlastStateSchema, its) },
        { title: "lane", value: ({ lane }) => wordOf(LaneSchema, lane) },
        { title: "audience", value: ({ balanceSheet }) => count(balanceSheet?.audience ?? 0), right: true },
        { title: "accepted", value: ({ balanceSheet }) => count(balanceSheet?.accepted ?? 0), right: true },
        { title: "skipped", value: ({ balanceSheet }) => count(balanceSheet?.skipped ?? 0), right: true },
        { title: "rejected", value: ({ balanceSheet }) => count(balanceSheet?.rejected ?? 0), right: true },
        { title: "held", value: ({ balanceSheet }) => count(balanceSheet?.held ?? 0), right: true },
        { title: "since", value: ({ acceptedAt }) => timeOf(acceptedAt) },
      ],
      fetchPage: async (page) => {
        const answer = await api.blasts.listBlasts({ page, state, includeDirect: direct ?? false }, call);
        return { rows: answer.blasts, page: answer.page };
      },
    });
  });
}
