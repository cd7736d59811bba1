import type { Command } from "commander";
import { SendToCustomerResponseSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import { readContent, readLane, withContent, withLane, type ContentOptions } from "../content-options.ts";
import { findCustomer } from "../find.ts";
import { idempotencyKey, KEY_HELP, KEY_OPTION } from "../idempotency-key.ts";
import type { Cli } from "../session.ts";
import { watchOnScreen } from "../show-blast.ts";

type Options = ContentOptions & { lane?: string; key?: string; watch?: boolean };

export function addSendTo(program: Command, cli: Cli): void {
  const command = program
    .command("send-to")
    .argument("<customer>", "id, address, or your own id of the customer")
    .description("send one mail to one customer, through the same queue");
  withLane(withContent(command))
    .option(KEY_OPTION, KEY_HELP)
    .option("--watch", "wait until it was sent")
    .action(async (customer: string, options: Options, invoked: Command) => {
      const session = cli.open(invoked);
      const request = {
        customerId: await findCustomer(session, customer),
        content: await readContent(session, options),
        lane: readLane(options.lane),
        idempotencyKey: idempotencyKey(options.key, session.out),
      };
      const answer = await session.api.blasts.sendToCustomer(request, session.call);
      session.out.show(SendToCustomerResponseSchema, answer, () => {
        const again = answer.replayed ? "; the key was known, nothing new was sent" : "";
        session.out.line(`delivery ${answer.deliveryId}${again}`);
      });
      if (options.watch) await watchOnScreen(cli, session, answer.blastId);
      else if (!session.out.json)
        session.out.note(`see what became of it with: explain ${answer.deliveryId}`);
    });
}
