import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** Notes that these keys were used now. */
export async function noteLastUse(tx: Tx, keyIds: readonly string[]): Promise<void> {
  await tx
    .updateTable("api_keys")
    .set({ last_used_at: sql<Date>`now()` })
    .where("id", "in", keyIds)
    .execute();
}
