import type { Tx } from "../database.ts";
import { exportColumns, type ExportRecord } from "./export-record.ts";

/** One export of the agency. */
export async function readExport(
  tx: Tx,
  agencyId: string,
  exportId: string,
): Promise<ExportRecord | undefined> {
  return tx
    .selectFrom("exports")
    .select(exportColumns)
    .where("agency_id", "=", agencyId)
    .where("id", "=", exportId)
    .executeTakeFirst();
}
