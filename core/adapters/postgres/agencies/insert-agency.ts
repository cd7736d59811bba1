import type { Insertable } from "kysely";
import type { Tx } from "../database.ts";
import type { AgencyRow } from "../schema.ts";
import { type AgencyRecord, agencyColumns } from "./agency-record.ts";

/** A new agency in good standing, with its (empty) credits row. Runs as system. */
export async function insertAgency(tx: Tx, agency: Insertable<AgencyRow>): Promise<AgencyRecord> {
  const row = await tx
    .insertInto("agencies")
    .values(agency)
    .returning(agencyColumns)
    .executeTakeFirstOrThrow();
  await tx.insertInto("credits").values({ agency_id: row.id }).execute();
  return row;
}
