import type { Tx } from "../database.ts";
import { exportColumns, type ExportRecord } from "./export-record.ts";

/** Exports of the agency, newest first, older than `beforeId`. */
export async function listExports(
  tx: Tx,
  o: { agencyId: string; beforeId: string | undefined; limit: number },
): Promise<ExportRecord[]> {
  let query = tx.selectFrom("exports").select(exportColumns).where("agency_id", "=", o.agencyId);
  if (o.beforeId !== undefined) query = query.where("id", "<", o.beforeId);
  return query.orderBy("id", "desc").limit(o.limit).execute();
}
