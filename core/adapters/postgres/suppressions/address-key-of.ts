import type { Tx } from "../database.ts";

/** What a customer's address is known by; undefined when there is no such customer. */
export async function addressKeyOf(
  tx: Tx,
  agencyId: string,
  customerId: string,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom("customers")
    .select("address_key")
    .where("id", "=", customerId)
    .where("agency_id", "=", agencyId)
    .where("status", "<>", "deleted")
    .executeTakeFirst();
  return row?.address_key;
}
