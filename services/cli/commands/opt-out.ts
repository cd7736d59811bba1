import type { Command } from "commander";
import { OptOutResponseSchema } from "#gen/fanfare/api/v1/customer_pb.js";
import { findCustomer } from "../find.ts";
import type { Cli } from "../session.ts";
import { printable } from "../show/style.ts";

export function addOptOut(program: Command, cli: Cli): void {
  program
    .command("opt-out")
    .argument("<customer>", "id, address, or your own id of the customer")
    .description("no mail to this address leaves any more")
    .option("--source <text>", "how it reached you, for the record", "command line")
    .action(async (customer: string, { source }: { source: string }, command: Command) => {
      const session = cli.open(command);
      const customerId = await findCustomer(session, customer);
      const answer = await session.api.customers.optOut({ customerId, source }, session.call);
      session.out.show(OptOutResponseSchema, answer, () => {
        session.out.line(`${printable(customer)} is opted out`);
        for (const delivery of answer.onTheirWay)
          session.out.line(`delivery ${delivery} was on its way and could not be called back`);
      });
    });
}
