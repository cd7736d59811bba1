import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Which attempt speaks of which export. */
export type ExportAttempt = { agencyId: string; exportId: string; attempt: number };

/** How far a file is. */
export type ExportProgress = { rows: number; bytes: number };

// Each write is a compare-and-set on the attempt, so that an exporter that was thought dead changes nothing.
function held(tx: Tx, { agencyId, exportId, attempt }: ExportAttempt) {
  return tx
    .updateTable("exports")
    .where("agency_id", "=", agencyId)
    .where("id", "=", exportId)
    .where("state", "=", "running")
    .where("attempt", "=", attempt);
}

/** Remembers a checkpoint. False: another attempt has begun, or it ended. */
export async function reportExport(
  tx: Tx,
  which: ExportAttempt,
  progress: ExportProgress & { checkpoint: Uint8Array },
): Promise<boolean> {
  const { numUpdatedRows } = await held(tx, which)
    .set({ ...progress, checkpoint_attempt: which.attempt, changed_at: sql<Date>`now()` })
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Ends an export well; the checkpoint is of no use any more. False: as for a report. */
export async function completeExport(
  tx: Tx,
  which: ExportAttempt,
  result: ExportProgress & { sha256: string; file: string },
): Promise<boolean> {
  const now = sql<Date>`now()`;
  const { numUpdatedRows } = await held(tx, which)
    .set({ ...result, state: "completed", checkpoint: null, changed_at: now, completed_at: now })
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Gives an export up; attempt 0 is whatever attempt it is. False: as for a report. */
export async function failExport(tx: Tx, which: ExportAttempt, failure: string): Promise<boolean> {
  const query =
    which.attempt > 0
      ? held(tx, which)
      : tx
          .updateTable("exports")
          .where("agency_id", "=", which.agencyId)
          .where("id", "=", which.exportId)
          .where("state", "in", ["requested", "running"]);
  const { numUpdatedRows } = await query
    .set({ state: "failed", failure, changed_at: sql<Date>`now()` })
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
