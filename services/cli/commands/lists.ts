import type { Command } from "commander";
import { CustomerListSchema } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { timeOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

export function addLists(program: Command, cli: Cli): void {
  withLimit(program.command("lists").description("customer lists")).action(
    async ({ limit }: { limit: number }, command: Command) => {
      const { api, out, call } = cli.open(command);
      await showRows({
        out,
        schema: CustomerListSchema,
        limit,
        none: "There are no lists yet; `import FILE --list NAME` makes one.",
        columns: [
          { title: "id", value: ({ id }) => id },
          { title: "name", value: ({ name }) => name },
          { title: "customers", value: ({ size }) => count(size), right: true },
          { title: "since", value: ({ createdAt }) => timeOf(createdAt) },
        ],
        fetchPage: async (page) => {
          const answer = await api.customers.listCustomerLists({ page }, call);
          return { rows: answer.lists, page: answer.page };
        },
      });
    },
  );
}
