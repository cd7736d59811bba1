import type { Command } from "commander";
import { TopUpCreditsResponseSchema } from "#gen/fanfare/api/v1/agency_pb.js";
import { idempotencyKey, KEY_HELP, KEY_OPTION } from "../idempotency-key.ts";
import { wholeNumber } from "../parse.ts";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";

type Options = { note?: string; key?: string };

/** The contract's limit of one top-up. */
const AMOUNT_MAX = 1_000_000_000;

export function addTopUp(program: Command, cli: Cli): void {
  program
    .command("top-up")
    .argument("<amount>", "credits to add", wholeNumber("amount", 1, AMOUNT_MAX))
    .description("add credits to the agency named by --agency (operators)")
    .option("--note <text>", "for the ledger")
    .option(KEY_OPTION, KEY_HELP)
    .action(async (amount: number, { note, key }: Options, command: Command) => {
      const { api, out, call } = cli.open(command);
      const answer = await api.agencies.topUpCredits(
        { idempotencyKey: idempotencyKey(key, out), amount: BigInt(amount), note: note ?? "" },
        call,
      );
      out.show(TopUpCreditsResponseSchema, answer, () => {
        const again = answer.replayed ? "; the key was known, nothing new was booked" : "";
        out.line(`balance ${count(answer.balance)}${again}`);
      });
    });
}
