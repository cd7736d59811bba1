import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { exportColumns, type ExportRecord } from "./export-record.ts";

/**
 * Exports that nobody has touched for `quietMs`: their message may be lost. Each is touched by this, so it comes up once in `quietMs`. Runs
 * as system.
 */
export async function takeStalledExports(tx: Tx, quietMs: number, limit: number): Promise<ExportRecord[]> {
  const stalled = tx
    .selectFrom("exports")
    .select("id")
    .where("state", "in", ["requested", "running"])
    .where("changed_at", "<", sql<Date>`now() - make_interval(secs => ${quietMs / 1000})`)
    .orderBy("changed_at")
    .limit(limit)
    .forUpdate()
    .skipLocked();
  return tx
    .updateTable("exports")
    .set({ changed_at: sql<Date>`now()` })
    .where("id", "in", stalled)
    .returning(exportColumns)
    .execute();
}
