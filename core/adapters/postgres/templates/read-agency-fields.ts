import type { AgencyFields } from "#core/domain/rendering/context.ts";
import type { Tx } from "../database.ts";

/** What a template may say of the agency. */
export async function readAgencyFields(tx: Tx, agencyId: string): Promise<AgencyFields> {
  return tx
    .selectFrom("agencies")
    .select(["name", "postal_address", "time_zone", "reply_to as email"])
    .where("id", "=", agencyId)
    .executeTakeFirstOrThrow();
}
