import type { Command } from "commander";
import {
  CustomerSchema,
  CustomerStatusSchema,
  SuppressionReasonSchema,
} from "#gen/fanfare/api/v1/customer_pb.js";
import { findList } from "../find.ts";
import type { Cli } from "../session.ts";
import { wordOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

type Options = { search?: string; list?: string; limit: number };

export function addCustomers(program: Command, cli: Cli): void {
  const command = program
    .command("customers")
    .description("customers, in order of creation")
    .option("--search <text>", "part of an address or name")
    .option("--list <name>", "only of this list, by name or id");
  withLimit(command).action(async ({ search, list, limit }: Options, invoked: Command) => {
    const session = cli.open(invoked);
    const { api, out, call } = session;
    const listId = list === undefined ? "" : await findList(session, list);
    await showRows({
      out,
      schema: CustomerSchema,
      limit,
      none: "There are no such customers.",
      columns: [
        { title: "id", value: ({ id }) => id },
        { title: "email", value: ({ email }) => email },
        { title: "name", value: ({ firstName, lastName }) => `${firstName} ${lastName}`.trim() },
        { title: "external id", value: ({ externalId }) => externalId },
        { title: "status", value: ({ status }) => wordOf(CustomerStatusSchema, status) },
        {
          title: "suppressed",
          value: ({ suppressed }) =>
            suppressed.map((each) => wordOf(SuppressionReasonSchema, each)).join(", "),
          paint: out.style.warn,
        },
      ],
      fetchPage: async (page) => {
        const answer = await api.customers.listCustomers({ page, listId, search: search ?? "" }, call);
        return { rows: answer.customers, page: answer.page };
      },
    });
  });
}
