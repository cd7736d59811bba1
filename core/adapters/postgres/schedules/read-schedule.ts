import type { Tx } from "../database.ts";
import { type ScheduleRecord, scheduleColumns } from "./schedule-record.ts";

/** One schedule of the agency. */
export async function readSchedule(
  tx: Tx,
  agencyId: string,
  scheduleId: string,
): Promise<ScheduleRecord | undefined> {
  return tx
    .selectFrom("schedules")
    .select(scheduleColumns)
    .where("agency_id", "=", agencyId)
    .where("id", "=", scheduleId)
    .executeTakeFirst();
}
