import type { Tx } from "../database.ts";

/** Writes a new export; answers its id. Announce it in the same transaction. */
export async function insertExport(
  tx: Tx,
  wanted: { agencyId: string; userId: string | undefined; idempotencyKey: string; spec: unknown },
): Promise<string> {
  const row = await tx
    .insertInto("exports")
    .values({
      agency_id: wanted.agencyId,
      user_id: wanted.userId ?? null,
      idempotency_key: wanted.idempotencyKey,
      spec: JSON.stringify(wanted.spec),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}
