import type { Selectable } from "kysely";
import type { Tx } from "../database.ts";
import type { LedgerRow } from "../schema.ts";

export type LedgerRecord = Omit<Selectable<LedgerRow>, "agency_id">;

/** Entries of the agency's ledger, newest first, before the one with the id `beforeId`; at most `limit`. */
export async function listLedger(
  tx: Tx,
  agencyId: string,
  beforeId: string | undefined,
  limit: number,
): Promise<LedgerRecord[]> {
  let query = tx
    .selectFrom("ledger")
    .select(["id", "kind", "amount", "reserved", "blast_id", "note", "at"])
    .where("agency_id", "=", agencyId)
    .orderBy("id", "desc")
    .limit(limit);
  if (beforeId !== undefined) query = query.where("id", "<", beforeId);
  return query.execute();
}
