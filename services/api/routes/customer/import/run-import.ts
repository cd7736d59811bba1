import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ImportReportSchema, ImportSettings } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Database } from "#core/adapters/postgres/database.ts";
import { readHeader } from "#core/domain/import/read-header.ts";
import { isBlank, readRow, type ImportRow, type RowProblem } from "#core/domain/import/read-row.ts";
import { ImportRefused, refusal } from "./import-refused.ts";
import { readRecords, type CsvRecord } from "./read-records.ts";
import { writePage, type ImportPlan } from "./write-page.ts";

/** What an import is told; a file without settings is UTF-8 with columns matched by name. */
export type Settings = Pick<ImportSettings, "listName" | "mapping" | "encoding" | "dryRun">;

type Report = MessageInitShape<typeof ImportReportSchema>;

// One transaction each: large enough that its overhead vanishes, small enough that a closed gate or a crash costs little.
const pageRows = 2_000;
// The contract's promise; a file in which every row is wrong must not fill the answer.
const maxErrors = 1_000;
// A list for each customer is a wrong mapping, and would fill every choice of lists.
const maxLists = 100;

/**
 * Imports a CSV file as it comes, page by page; while one page is written the next is read. Wrong rows are reported by line and the
 * others imported. Throws InvalidArgument when the file as a whole cannot be read.
 */
export async function runImport(
  database: Database,
  agencyId: string,
  settings: Settings,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Report> {
  const errors: { line: number; column: string; message: string }[] = [];
  const lists = new Set<string>();
  let plan: ImportPlan | undefined;
  let page: ImportRow[] = [];
  let writing: Promise<void> = Promise.resolve();
  let [rows, failed, written, created, listId] = [0, 0, 0, 0, ""];

  const flush = async (): Promise<void> => {
    await writing;
    if (page.length === 0 || plan === undefined) return;
    const full = page;
    page = [];
    writing = writePage(database, plan, full).then((result) => {
      written += full.length;
      created += result.created;
      listId ||= result.listId;
    });
    // It is awaited before the next page; until then nobody else may take its failure for an unhandled one.
    writing.catch(() => {});
  };
  const report = (line: number, problems: readonly RowProblem[]): void => {
    failed += 1;
    errors.push(...problems.slice(0, maxErrors - errors.length).map((problem) => ({ line, ...problem })));
  };

  try {
    for await (const record of readRecords(chunks, settings.encoding)) {
      if (plan === undefined) {
        plan = planFor(agencyId, settings, record);
        continue;
      }
      if (isBlank(record.cells)) continue;
      rows += 1;
      const read = readRow(plan.columns, record.cells);
      if (!read.ok) report(record.line, read.problems);
      else if (isOneListTooMany(lists, read.row)) report(record.line, [tooManyLists(read.row)]);
      else page.push(read.row);
      if (page.length >= pageRows) await flush();
    }
    if (plan === undefined) {
      throw new ImportRefused({
        reason: "empty_file",
        message: "The file is empty.",
        hint: "Begin it with a line that names the columns, such as email,first_name,last_name.",
      });
    }
    await flush();
    await writing;
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    await writing;
    throw refusal(error, settings.dryRun ? 0 : written);
  }
  return { rows, created, updated: rows - failed - created, failed, errors, listId };
}

function planFor(agencyId: string, { listName, mapping, dryRun }: Settings, record: CsvRecord): ImportPlan {
  const header = readHeader(record.cells, mapping);
  if (!header.ok) throw new ImportRefused(header.problem);
  return { agencyId, columns: header.columns, listName: listName.trim(), dryRun };
}

function isOneListTooMany(lists: Set<string>, { list }: ImportRow): boolean {
  if (list === null || lists.has(list)) return false;
  if (lists.size >= maxLists) return true;
  lists.add(list);
  return false;
}

function tooManyLists({ list }: ImportRow): RowProblem {
  return {
    column: "list",
    message: `"${list}" would be list number ${maxLists + 1} of this file; is another column meant? Import it in parts otherwise.`,
  };
}
