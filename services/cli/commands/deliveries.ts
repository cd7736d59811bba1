import { Option, type Command } from "commander";
import { DeliverySchema, DeliveryStateSchema, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import type { Style } from "../show/style.ts";
import { keysOf, timeOf, valueOf, wordOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

type Options = { state?: string; reason?: string; limit: number };

export function addDeliveries(program: Command, cli: Cli): void {
  const command = program
    .command("deliveries")
    .argument("<blast>", "id of the blast")
    .description("who got a blast and who did not, and why")
    .addOption(new Option("--state <state>", "only in this state").choices(keysOf(DeliveryStateSchema)))
    .option("--reason <reason>", "only with this reason, for example opted_out");
  withLimit(command).action(async (blast: string, options: Options, invoked: Command) => {
    const blastId = requireUuid("blast", blast);
    const { api, out, call } = cli.open(invoked);
    const { state: word, reason = "", limit } = options;
    const state = word === undefined ? 0 : valueOf(DeliveryStateSchema, "--state", word);
    await showRows({
      out,
      schema: DeliverySchema,
      limit,
      none: "There are no such deliveries.",
      columns: [
        { title: "#", value: ({ sequence }) => `${sequence}`, right: true },
        { title: "email", value: ({ email }) => email },
        {
          title: "state",
          value: ({ state: its }) => wordOf(DeliveryStateSchema, its),
          paint: (text, { state: its }) => paintOf(out.style, its)(text),
        },
        { title: "reason", value: ({ reason: its }) => its.replaceAll("_", " ") },
        { title: "tries", value: ({ attempt }) => `${attempt}`, right: true },
        { title: "since", value: ({ changedAt }) => timeOf(changedAt) },
        { title: "customer", value: ({ customerId }) => customerId },
      ],
      fetchPage: async (page) => {
        const answer = await api.blasts.listDeliveries({ blastId, page, state, reason }, call);
        return { rows: answer.deliveries, page: answer.page };
      },
    });
  });
}

function paintOf(style: Style, state: DeliveryState): (text: string) => string {
  if (state === DeliveryState.ACCEPTED) return style.good;
  if (state === DeliveryState.REJECTED) return style.bad;
  if (state === DeliveryState.HELD) return style.held;
  if (state === DeliveryState.IN_DOUBT || state === DeliveryState.RETRY) return style.warn;
  return (text) => text;
}
