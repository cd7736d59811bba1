import type { MessageInitShape } from "@bufbuild/protobuf";
import { Option, type Command } from "commander";
import { LaneSchema, type Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { AudienceSchema, ContentSchema } from "#gen/fanfare/work/v1/content_pb.js";
import { findCustomer, findList, findTemplate } from "./find.ts";
import { wholeNumber } from "./parse.ts";
import type { Session } from "./session.ts";
import { keysOf, valueOf } from "./show/words.ts";
import { UsageError } from "./usage-error.ts";

export type ContentOptions = { template: string; templateVersion: number; message?: string };
export type AudienceOptions = { list?: string; customers?: string; all?: boolean };

/** The contract's limit; more belong on a list. */
const CUSTOMERS_MAX = 10_000;
const VERSION_MAX = 1_000_000_000;

/** Adds what a mail is made of. */
export function withContent(command: Command): Command {
  return command
    .requiredOption("--template <id>", "template, by id or name")
    .option("--template-version <n>", "0 is the newest", wholeNumber("--template-version", 0, VERSION_MAX), 0)
    .option("--message <text>", "your own words, where the template has {{custom_message}}");
}

/** Adds whom it is for. */
export function withAudience(command: Command): Command {
  return command
    .option("--list <name>", "everyone on this list, by name or id")
    .option("--customers <ids>", "these customers: ids, addresses or your own ids, separated by commas")
    .option("--all", "every customer of the agency");
}

/** Adds the lane. */
export function withLane(command: Command): Command {
  return command.addOption(
    new Option("--lane <lane>", "how soon it wants to travel").choices(keysOf(LaneSchema)),
  );
}

export async function readContent(
  session: Session,
  options: ContentOptions,
): Promise<MessageInitShape<typeof ContentSchema>> {
  return {
    templateId: await findTemplate(session, options.template),
    templateVersion: options.templateVersion,
    customMessage: options.message ?? "",
  };
}

/** Checks that exactly one audience is named, before anything is asked of the API. */
export function checkAudience(options: AudienceOptions): void {
  const named = [options.list, options.customers, options.all].filter((each) => each !== undefined).length;
  if (named === 1) return;
  const what = named === 0 ? "Nobody is named to send to." : "More than one audience is named.";
  throw new UsageError(what, "Give exactly one of --list NAME, --customers IDS or --all.");
}

export async function readAudience(
  session: Session,
  options: AudienceOptions,
): Promise<MessageInitShape<typeof AudienceSchema>> {
  checkAudience(options);
  if (options.list !== undefined)
    return { of: { case: "listId", value: await findList(session, options.list) } };
  if (options.customers === undefined) return { of: { case: "filter", value: {} } };
  const named = options.customers.split(",").map((each) => each.trim());
  const given = named.filter((each) => each !== "");
  if (given.length === 0) throw new UsageError("--customers names nobody.", "Separate ids by commas.");
  if (given.length > CUSTOMERS_MAX)
    throw new UsageError(
      `--customers names ${given.length}; at most ${CUSTOMERS_MAX} fit.`,
      "Put them on a list and give --list.",
    );
  const ids: string[] = [];
  for (const each of given) ids.push(await findCustomer(session, each));
  return { of: { case: "customers", value: { ids } } };
}

export function readLane(lane: string | undefined): Lane {
  return lane === undefined ? 0 : valueOf(LaneSchema, "--lane", lane);
}
