import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Command } from "commander";
import {
  ImportCustomersResponseSchema,
  type ImportCustomersRequestSchema,
  type ImportReport,
} from "#gen/fanfare/api/v1/customer_pb.js";
import { EXIT } from "../exit-codes.ts";
import { pair } from "../parse.ts";
import { Refusal } from "../refusal.ts";
import type { Cli, Session } from "../session.ts";
import { createLiveLines } from "../show/live-lines.ts";
import type { Output } from "../show/output.ts";
import { bytes, count, printable } from "../show/style.ts";
import { facts } from "../show/table.ts";
import { UsageError } from "../usage-error.ts";

type Options = { list?: string; encoding?: string; map?: Record<string, string>; dryRun?: boolean };
type Part = MessageInitShape<typeof ImportCustomersRequestSchema>;

/** A quarter of what one message may hold: progress moves, and little waits in memory. */
const CHUNK_BYTES = 256 * 1024;
/** Errors that a person reads; --json has up to 1,000. */
const ERRORS_SHOWN_MAX = 20;
const PROGRESS_INTERVAL_MS = 100;

export function addImport(program: Command, cli: Cli): void {
  program
    .command("import")
    .argument("<file>", "CSV with a line of column names; - reads standard input")
    .description(
      "import customers from a CSV of any size; wrong rows are reported by line, the others are taken",
    )
    .option("--list <name>", "put everyone on this list; it is made when there is none")
    .option("--encoding <name>", "utf-8 (default), latin1 or windows-1252")
    .option(
      "--map <column=field>",
      "what a column holds, repeatable; columns not named are then left out",
      pair,
    )
    .option("--dry-run", "check and report, write nothing")
    .addHelpText(
      "after",
      "\nFields: email, first_name, last_name, external_id, locale, status, opted_out, bounced, list, attributes.<name>.\n" +
        "The exit code is 1 when no row could be imported.",
    )
    .action(async (name: string, options: Options, command: Command) => {
      const file = name === "-" ? name : resolve(cli.io.directory, name);
      const size = await sizeOf(file);
      const session = cli.open(command);
      const { report } = await upload(cli, session, file, size, options);
      showReport(session.out, report, options.dryRun === true);
      if (report.failed > 0 && report.failed === report.rows) cli.exitWith(EXIT.failed);
    });
}

async function sizeOf(file: string): Promise<number | undefined> {
  if (file === "-") return undefined;
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file} cannot be read (${error.code ?? error.message}).`,
      "Check the name of the file.",
    );
  });
  if (!found.isFile())
    throw new UsageError(`${file} is not a file.`, "Give one CSV; - reads standard input.");
  return found.size;
}

async function upload(
  cli: Cli,
  { api, out, signal }: Session,
  file: string,
  size: number | undefined,
  { list, encoding, map, dryRun }: Options,
): Promise<{ report: ImportReport }> {
  const progress = createProgress(cli, out, size);
  async function* parts(): AsyncGenerator<Part> {
    const settings = {
      listName: list ?? "",
      encoding: encoding ?? "",
      mapping: map ?? {},
      dryRun: dryRun ?? false,
    };
    yield { part: { case: "settings", value: settings } };
    const source = file === "-" ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of source as AsyncIterable<Buffer>) {
      yield { part: { case: "chunk", value: chunk } };
      progress.sent(chunk.length);
    }
    progress.allSent();
  }
  try {
    const answer = await api.customers.importCustomers(parts(), { signal });
    if (answer.report === undefined)
      throw new Refusal(
        "no_report",
        "The API answered without a report.",
        "Is it a Fanfare API of this version?",
      );
    progress.end();
    out.show(ImportCustomersResponseSchema, answer, () => undefined);
    return { report: answer.report };
  } finally {
    progress.end();
  }
}

/** Progress goes to standard error, so that results can be piped. */
function createProgress(cli: Cli, out: Output, size: number | undefined) {
  const lines = createLiveLines(cli.io.writeError, cli.io.columns);
  const live = cli.io.interactiveError && !out.json;
  let sentBytes = 0;
  let drawnAtMs = 0;
  const draw = (text: string) => live && lines.draw([text]);
  return {
    sent: (more: number) => {
      sentBytes += more;
      if (performance.now() - drawnAtMs < PROGRESS_INTERVAL_MS) return;
      drawnAtMs = performance.now();
      const of = size ? ` of ${bytes(size)}, ${Math.min(100, Math.floor((sentBytes * 100) / size))} %` : "";
      draw(`uploading ${bytes(sentBytes)}${of}`);
    },
    allSent: () => draw(`uploaded ${bytes(sentBytes)}; waiting for the report …`),
    end: () => lines.clear(),
  };
}

function showReport(out: Output, report: ImportReport, dryRun: boolean): void {
  if (out.json) return;
  const { style } = out;
  const pairs: [string, string][] = [
    ["rows", count(report.rows)],
    [dryRun ? "would be created" : "created", count(report.created)],
    [dryRun ? "would be updated" : "updated", count(report.updated)],
    ["failed", report.failed > 0 ? style.bad(count(report.failed)) : "0"],
  ];
  if (report.listId !== "") pairs.push(["list", report.listId]);
  for (const line of facts(pairs)) out.line(line);
  if (report.errors.length === 0) return;
  out.line();
  const shown = report.errors.slice(0, ERRORS_SHOWN_MAX);
  for (const { line, column, message } of shown)
    out.line(`line ${line}${column === "" ? "" : `, ${printable(column)}`}: ${printable(message)}`);
  const more = report.errors.length - shown.length;
  if (more > 0) out.line(style.dim(`… and ${count(more)} more; --json has up to 1,000`));
}
