import { sql, type Kysely } from "kysely";
import { runningCounts } from "./0005/counts.ts";
import { listIndexes } from "./0005/lists.ts";
import { retention } from "./0005/retention.ts";

/** What keeps a database quick that grows for ever: running counts, indexes for filters, and a way to drop old months. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const part of [runningCounts, listIndexes, retention]) await sql.raw(part).execute(database);
}
