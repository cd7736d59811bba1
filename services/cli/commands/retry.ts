import type { Command } from "commander";
import {
  DeliveryStateSchema,
  RejectHeldResponseSchema,
  RetryDeliveriesResponseSchema,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { valueOf } from "../show/words.ts";
import { UsageError } from "../usage-error.ts";

type Options = { state?: string; reason?: string };

/** `retry` and `reject-held`: a person decides about what was not sent. */
export function addRetry(program: Command, cli: Cli): void {
  program
    .command("retry")
    .argument("<blast>", "id of the blast")
    .description("try again what was rejected or held")
    .option("--state <states>", "held, rejected, or both with a comma between; default: both")
    .option("--reason <reason>", "only with this reason, for example absent_at_provider")
    .action(async (blast: string, { state, reason = "" }: Options, command: Command) => {
      const blastId = requireUuid("blast", blast);
      const states = readStates(state);
      const { api, out, call } = cli.open(command);
      let retried = 0;
      for (let remaining = 1; remaining > 0;) {
        const answer = await api.blasts.retryDeliveries({ blastId, states, reason }, call);
        retried += answer.retried;
        remaining = answer.retried === 0 ? 0 : answer.remaining;
        out.show(RetryDeliveriesResponseSchema, answer, () => undefined);
      }
      if (!out.json) out.line(`to be tried again: ${count(retried)}`);
    });
  program
    .command("reject-held")
    .argument("<blast>", "id of the blast")
    .description("give up what is held; its credit returns")
    .option("--reason <reason>", "only with this reason")
    .action(async (blast: string, { reason = "" }: Options, command: Command) => {
      const blastId = requireUuid("blast", blast);
      const { api, out, call } = cli.open(command);
      let rejected = 0;
      for (let remaining = 1; remaining > 0;) {
        const answer = await api.blasts.rejectHeld({ blastId, reason }, call);
        rejected += answer.rejected;
        remaining = answer.rejected === 0 ? 0 : answer.remaining;
        out.show(RejectHeldResponseSchema, answer, () => undefined);
      }
      if (!out.json) out.line(`given up: ${count(rejected)}`);
    });
}

function readStates(words: string | undefined): number[] {
  if (words === undefined) return [];
  return words.split(",").map((word) => {
    if (!["held", "rejected"].includes(word.trim()))
      throw new UsageError(
        `--state: "${word}" cannot be tried again.`,
        "It is held, rejected, or both with a comma.",
      );
    return valueOf(DeliveryStateSchema, "--state", word);
  });
}
