import type { Command } from "commander";
import { AgencySchema, CreateAgencyResponseSchema, StandingSchema } from "#gen/fanfare/api/v1/agency_pb.js";
import { idempotencyKey, KEY_HELP, KEY_OPTION } from "../idempotency-key.ts";
import { wholeNumber } from "../parse.ts";
import type { Cli } from "../session.ts";
import { facts } from "../show/table.ts";
import { timeOf, wordOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

type Options = {
  domain: string;
  adminEmail: string;
  adminName?: string;
  timeZone: string;
  fromName?: string;
  replyTo?: string;
  postalAddress?: string;
  verify: boolean;
  undoSeconds: number;
  key?: string;
};

/** The contract's limit. */
const UNDO_SECONDS_MAX = 600;

export function addAgency(program: Command, cli: Cli): void {
  const agency = program.command("agency").description("agencies: create, list (operators)");
  agency
    .command("create")
    .argument("<name>")
    .description("create an agency; prints its first admin's API key, once")
    .requiredOption("--domain <domain>", "domain at the provider that its mail leaves from")
    .requiredOption("--admin-email <address>", "its first admin")
    .option("--admin-name <name>")
    .option("--time-zone <name>", "for example America/Chicago", "UTC")
    .option("--from-name <name>", "default: the agency's name")
    .option("--reply-to <address>")
    .option("--postal-address <text>", "shown in every mail's foot; the law asks for it")
    .option("--no-verify", "do not ask the verifier about addresses")
    .option(
      "--undo-seconds <n>",
      "for so long a blast can be taken back before anyone is mailed",
      wholeNumber("--undo-seconds", 0, UNDO_SECONDS_MAX),
      0,
    )
    .option(KEY_OPTION, KEY_HELP)
    .action(async (name: string, options: Options, command: Command) => {
      const { api, out, call } = cli.open(command);
      const answer = await api.agencies.createAgency(
        {
          idempotencyKey: idempotencyKey(options.key, out),
          settings: {
            name,
            sendingDomain: options.domain,
            fromName: options.fromName ?? name,
            replyTo: options.replyTo ?? "",
            postalAddress: options.postalAddress ?? "",
            timeZone: options.timeZone,
            verifyAddresses: options.verify,
            undoSeconds: options.undoSeconds,
          },
          adminEmail: options.adminEmail,
          adminName: options.adminName ?? "",
        },
        call,
      );
      out.show(CreateAgencyResponseSchema, answer, () => {
        const apiKey = answer.replayed ? "(was given when the agency was created)" : answer.apiKey;
        for (const line of facts([
          ["agency", answer.agency?.id ?? ""],
          ["admin", answer.admin?.id ?? ""],
          ["API key", apiKey],
        ]))
          out.line(line);
      });
    });

  withLimit(agency.command("list").description("all agencies")).action(
    async ({ limit }: { limit: number }, command: Command) => {
      const { api, out, call } = cli.open(command);
      await showRows({
        out,
        schema: AgencySchema,
        limit,
        none: "There are no agencies yet; `agency create` makes one.",
        columns: [
          { title: "id", value: ({ id }) => id },
          { title: "name", value: ({ settings }) => settings?.name ?? "" },
          { title: "domain", value: ({ settings }) => settings?.sendingDomain ?? "" },
          { title: "standing", value: ({ standing }) => wordOf(StandingSchema, standing) },
          { title: "paused", value: ({ paused }) => (paused ? "paused" : ""), paint: out.style.warn },
          { title: "since", value: ({ createdAt }) => timeOf(createdAt) },
        ],
        fetchPage: async (page) => {
          const answer = await api.agencies.listAgencies({ page }, call);
          return { rows: answer.agencies, page: answer.page };
        },
      });
    },
  );
}
