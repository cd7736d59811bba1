import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { exportColumns, type ExportRecord } from "./export-record.ts";

/** An export that an exporter has just taken, or one that is completed and needs nobody. */
export type BegunExport = ExportRecord & { checkpoint: Uint8Array | null };

/**
 * Takes an export under a new attempt, which shuts out whoever had it. One that had failed is tried again: somebody put its message back on
 * the queue. A completed one stays as it is. Undefined when nobody asked for it.
 */
export async function beginExport(
  tx: Tx,
  key: { agencyId: string; idempotencyKey: string; worker: string },
): Promise<BegunExport | undefined> {
  const taken = await tx
    .updateTable("exports")
    .set({
      attempt: sql<number>`attempt + 1`,
      worker: key.worker,
      state: "running",
      failure: "",
      changed_at: sql<Date>`now()`,
    })
    .where("agency_id", "=", key.agencyId)
    .where("idempotency_key", "=", key.idempotencyKey)
    .where("state", "<>", "completed")
    .returning([...exportColumns, "checkpoint"])
    .executeTakeFirst();
  if (taken !== undefined) return taken;
  return tx
    .selectFrom("exports")
    .select([...exportColumns, "checkpoint"])
    .where("agency_id", "=", key.agencyId)
    .where("idempotency_key", "=", key.idempotencyKey)
    .executeTakeFirst();
}
