import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Command } from "commander";
import { readPages, type FetchPage } from "./paging.ts";
import { wholeNumber } from "./parse.ts";
import { toDocument, type Output } from "./show/output.ts";
import { measure, type Column } from "./show/table.ts";

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 100_000_000;

/** Adds --limit to a command that lists. */
export function withLimit(command: Command): Command {
  return command.option(
    "--limit <n>",
    "rows at most; 0 for all",
    wholeNumber("--limit", 0, LIMIT_MAX),
    DEFAULT_LIMIT,
  );
}

/** Prints a list as it arrives: a table for people, a line a row under --json. `none` is said when there is nothing. */
export async function showRows<Desc extends DescMessage>(parts: {
  out: Output;
  schema: Desc;
  columns: readonly Column<MessageShape<Desc>>[];
  limit: number;
  none: string;
  fetchPage: FetchPage<MessageShape<Desc>>;
}): Promise<void> {
  const { out, schema, columns, limit } = parts;
  let widths: number[] | undefined;
  let shown = 0;
  let unread = false;
  for await (const { rows, more } of readPages(limit, parts.fetchPage)) {
    unread = more;
    shown += rows.length;
    if (out.json) {
      for (const row of rows) out.line(toDocument(schema, row));
      continue;
    }
    if (rows.length === 0) continue;
    // Later pages keep the first one's columns.
    out.table(columns, rows, widths);
    widths ??= measure(columns, rows);
  }
  if (out.json) return;
  if (shown === 0) out.note(parts.none);
  else if (unread) out.note(`There are more than these ${shown}; --limit 0 shows all.`);
}
