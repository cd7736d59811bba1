import { sql } from "kysely";
import type { Database } from "../database.ts";
import { activityColumns, suppressionColumns, type FactRow } from "./fact-rows.ts";

// One statement's worth of rows, and some megabytes in memory.
const pageRows = 5_000;

/**
 * The whole log as it lies in PostgreSQL, in pages: activities, then changes of suppressions. Undefined agency: of all. What is written while
 * it is read may be missing.
 */
export async function* readLog(
  { asSystem }: Database,
  agencyId: string | undefined,
): AsyncGenerator<FactRow[]> {
  const own = agencyId === undefined ? sql`true` : sql`agency_id = ${agencyId}`;
  let after = { source_id: "00000000-0000-0000-0000-000000000000", seq: -1, step: -1 };
  for (;;) {
    const place = after;
    const { rows } = await asSystem((tx) =>
      sql<FactRow & { part: 1 }>`
        SELECT ${activityColumns} FROM activities
        WHERE (source_id, seq, step) > (${place.source_id}::uuid, ${place.seq}::int, ${place.step}::int) AND ${own}
        ORDER BY source_id, seq, activities.step LIMIT ${pageRows}`.execute(tx),
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) break;
    after = last;
  }
  for (let version = 0; ;) {
    const above = version;
    const { rows } = await asSystem((tx) =>
      sql<FactRow & { part: 2 }>`
        SELECT ${suppressionColumns} FROM suppression_changes WHERE version > ${above} AND ${own} ORDER BY version LIMIT ${pageRows}`.execute(
        tx,
      ),
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    version = last.version;
  }
}
