import type { Insertable } from "kysely";
import type { Tx } from "../database.ts";
import type { ScheduleRow } from "../schema.ts";

/** Stores a schedule and answers its id. Call it under an idempotency key, with references that were checked. */
export async function insertSchedule(tx: Tx, schedule: Insertable<ScheduleRow>): Promise<string> {
  const row = await tx.insertInto("schedules").values(schedule).returning("id").executeTakeFirstOrThrow();
  return row.id;
}
