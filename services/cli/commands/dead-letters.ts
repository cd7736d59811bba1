import type { Command } from "commander";
import {
  DeadLetterSchema,
  GetDeadLetterResponseSchema,
  type DeadLetter,
} from "#gen/fanfare/api/v1/queue_pb.js";
import type { Cli, Session } from "../session.ts";
import { printable } from "../show/style.ts";
import { facts } from "../show/table.ts";
import { timeOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

type Options = { queue?: string; reason?: string; includeRequeued?: boolean; limit: number };

export function addDeadLetters(program: Command, cli: Cli): void {
  const command = program
    .command("dead-letters")
    .argument("[id]", "show this one, whole")
    .description("messages that were given up on, with the reason, newest first")
    .option("--queue <queue>", "only of this queue")
    .option("--reason <reason>", "only with this reason: undecodable, invalid, rejected, failures_spent")
    .option("--include-requeued", "also those that were put back");
  withLimit(command).action(async (id: string | undefined, options: Options, invoked: Command) => {
    const session = cli.open(invoked);
    if (id === undefined) await list(session, options);
    else await showOne(session, id);
  });
}

async function list({ api, out, call }: Session, options: Options): Promise<void> {
  const { queue = "", reason = "", includeRequeued = false, limit } = options;
  await showRows({
    out,
    schema: DeadLetterSchema,
    limit,
    none: "There are no dead letters.",
    columns: [
      { title: "id", value: ({ id }) => id },
      { title: "at", value: ({ at }) => timeOf(at) },
      { title: "message", value: ({ messageType }) => messageType.split(".").at(-1) ?? "" },
      { title: "reason", value: ({ reason: its }) => its.replaceAll("_", " "), paint: out.style.bad },
      { title: "detail", value: ({ detail }) => detail },
      { title: "requeued", value: ({ requeuedAt }) => timeOf(requeuedAt) },
    ],
    fetchPage: async (page) => {
      const answer = await api.queues.listDeadLetters({ page, queue, reason, includeRequeued }, call);
      return { rows: answer.deadLetters, page: answer.page };
    },
  });
}

async function showOne({ api, out, call }: Session, id: string): Promise<void> {
  const answer = await api.queues.getDeadLetter({ id }, call);
  out.show(GetDeadLetterResponseSchema, answer, () => {
    if (answer.deadLetter !== undefined) for (const line of letterLines(answer.deadLetter)) out.line(line);
  });
}

function letterLines(letter: DeadLetter): string[] {
  return [
    ...facts([
      ["id", printable(letter.id)],
      ["at", timeOf(letter.at)],
      ["reason", letter.reason],
      ["detail", printable(letter.detail)],
      ["agency", letter.agencyId],
      ["message", letter.messageType],
      ["subject", printable(letter.subject)],
      ["tries", `${letter.deliveries}, of which ${letter.failures} failed`],
      ["requeued", timeOf(letter.requeuedAt)],
    ]),
    ...facts(
      Object.entries(letter.headers).map(([name, value]) => [printable(name), printable(value)]),
      "  ",
    ),
    letter.bodyJson === "" ? `${letter.body.length} bytes that do not decode` : printable(letter.bodyJson),
  ];
}
