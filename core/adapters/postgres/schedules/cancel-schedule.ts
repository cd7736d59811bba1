import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { type ScheduleRecord, scheduleColumns } from "./schedule-record.ts";

/** Ends a schedule; undefined when there is none. One that was cancelled before stays as it is. */
export async function cancelSchedule(
  tx: Tx,
  agencyId: string,
  scheduleId: string,
): Promise<ScheduleRecord | undefined> {
  return tx
    .updateTable("schedules")
    .set({
      cancelled_at: sql<Date>`coalesce(cancelled_at, now())`,
      next_at: null,
      next_occurrence: null,
    })
    .where("agency_id", "=", agencyId)
    .where("id", "=", scheduleId)
    .returning(scheduleColumns)
    .executeTakeFirst();
}
