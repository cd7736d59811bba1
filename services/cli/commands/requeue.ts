import type { Command } from "commander";
import { RequeueDeadLettersResponseSchema } from "#gen/fanfare/api/v1/queue_pb.js";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { UsageError } from "../usage-error.ts";

type Options = { all?: boolean; queue?: string; reason?: string };

export function addRequeue(program: Command, cli: Cli): void {
  program
    .command("requeue")
    .argument("[ids...]", "these dead letters")
    .description("put dead letters back on their queues, as they were")
    .option("--all", "every one")
    .option("--queue <queue>", "every one of this queue")
    .option("--reason <reason>", "every one with this reason")
    .action(async (ids: string[], { all = false, queue = "", reason = "" }: Options, command: Command) => {
      const byFilter = all || queue !== "" || reason !== "";
      if (ids.length > 0 === byFilter)
        throw new UsageError(
          ids.length > 0 ? "Ids and a filter do not go together." : "No dead letter is named.",
          "Give ids, or --all, or --queue and --reason.",
        );
      const { api, out, call } = cli.open(command);
      let requeued = 0;
      // No more than there were at the beginning: what is given up again comes back as a new dead letter.
      let wanted = Number.POSITIVE_INFINITY;
      for (let more = true; more;) {
        const answer = await api.queues.requeueDeadLetters({ ids, queue, reason, all }, call);
        requeued += answer.requeued;
        wanted = Math.min(wanted, answer.requeued + answer.remaining);
        more = answer.requeued > 0 && answer.remaining > 0 && requeued < wanted;
        out.show(RequeueDeadLettersResponseSchema, answer, () => undefined);
      }
      if (!out.json) out.line(`requeued ${count(requeued)}`);
    });
}
