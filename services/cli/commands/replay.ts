import type { Command } from "commander";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { readFacts } from "#core/adapters/nats/read-facts.ts";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { compareReadTables, countOnTheirWay } from "#core/adapters/postgres/replay/compare.ts";
import { rowOf, type FactRow } from "#core/adapters/postgres/replay/fact-rows.ts";
import { createReadModel, NotFreshError, type ReadModel } from "#core/adapters/postgres/replay/read-model.ts";
import { readLog } from "#core/adapters/postgres/replay/read-log.ts";
import { inOrder } from "#core/adapters/postgres/replay/in-order.ts";
import { createLogger } from "#core/runtime/log.ts";
import { EXIT } from "../exit-codes.ts";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import { createOutput, type Output } from "../show/output.ts";
import { count, printable } from "../show/style.ts";
import { UsageError } from "../usage-error.ts";

type Options = { into: string; from?: string; compare?: string };

// More would scroll by; the number of all is told.
const maxShown = 50;

/** `replay`: works on databases and the broker themselves, and calls no API. Exit code 1 when a comparison finds anything. */
export function addReplay(program: Command, cli: Cli): void {
  program
    .command("replay")
    .description("build activities, counters and suppressions again from the log of facts")
    .requiredOption("--into <url>", "an empty database, postgres://…")
    .option(
      "--from <url>",
      "the log: postgres://… (all of it) or nats://… (as far back as the stream goes); DATABASE_URL",
    )
    .option("--compare <url>", "then compare with the tables of this database, postgres://…")
    .action(async ({ into, from = cli.io.env["DATABASE_URL"] ?? "", compare }: Options, command: Command) => {
      const { agency = cli.io.env["FANFARE_AGENCY"], json = false } = command.optsWithGlobals<{
        agency?: string;
        json?: boolean;
      }>();
      const agencyId = agency === undefined || agency === "" ? undefined : requireUuid("agency", agency);
      for (const [option, url] of [
        ["--into", into],
        ["--compare", compare ?? into],
      ] as const)
        if (!/^postgres(ql)?:\/\//.test(url))
          throw new UsageError(
            `${option} ${url} is no database.`,
            "It looks like postgres://user:password@host:port/name.",
          );
      const out = createOutput(cli.io, json);
      const model = await open(into);
      try {
        const facts = await rebuild(model, from, agencyId);
        if (!json) out.line(`rebuilt from ${count(facts)} facts`);
        if (compare !== undefined && (await show(out, model, compare, agencyId)) > 0)
          cli.exitWith(EXIT.failed);
      } finally {
        await model.close();
      }
    });
}

async function open(into: string): Promise<ReadModel> {
  try {
    return await createReadModel(into);
  } catch (error) {
    if (error instanceof NotFreshError) throw new UsageError(error.message, "Nothing was changed in it.");
    throw error;
  }
}

async function rebuild(model: ReadModel, from: string, agencyId: string | undefined): Promise<number> {
  let facts = 0;
  const apply = async (rows: readonly FactRow[]) => {
    facts += rows.length;
    await model.apply(rows);
  };
  if (/^postgres(ql)?:\/\//.test(from))
    await withDatabase(from, async (database) => {
      for await (const rows of readLog(database, agencyId)) await apply(rows);
    });
  else if (/^(nats|tls|wss?):\/\//.test(from)) {
    const log = createLogger({ service: "replay", level: "warn" });
    const connection = await connectNats({ url: from, name: "fanfare-replay", log });
    try {
      for await (const { agencyId: own, facts: some } of inOrder(readFacts(connection, agencyId)))
        await apply(some.map((fact) => rowOf(own, fact)).filter((row) => row !== undefined));
    } finally {
      await connection.close();
    }
  } else
    throw new UsageError(
      from === "" ? "There is no log to build from." : `--from ${from} is neither a database nor a broker.`,
      "Give --from postgres://… or nats://…, or set DATABASE_URL.",
    );
  await model.finish();
  return facts;
}

async function show(
  out: Output,
  model: ReadModel,
  compare: string,
  agencyId: string | undefined,
): Promise<number> {
  let found = 0;
  await withDatabase(compare, async (database) => {
    for await (const difference of compareReadTables(database, model.query, agencyId)) {
      found += 1;
      if (found > maxShown) continue;
      const { table, key, kind, source = "–", rebuilt = "–" } = difference;
      if (out.json) out.line(JSON.stringify(difference));
      else out.line(printable(`${out.style.bad(kind)}  ${table}  ${key}: ${source} → ${rebuilt}`));
    }
    const onTheirWay = await countOnTheirWay(database);
    if (onTheirWay > 0)
      out.note(
        `${count(onTheirWay)} deliveries are on their way; what was claimed for another try counts as retrying here`,
      );
  });
  if (!out.json) out.line(found === 0 ? "nothing differs" : `${count(found)} differ`);
  return found;
}

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({ url, maxConnections: 2, applicationName: "fanfare-replay" });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
