import type { Tx } from "../database.ts";
import type { ScheduleRecord } from "./schedule-record.ts";

/** What one must know of a schedule to say when it fires. */
export type Rhythm = Pick<ScheduleRecord, "id" | "local_start" | "rrule" | "time_zone">;

/** Schedules of the agency, or the one with the id, that have something left to fire before `until`, by next occurrence; at most `limit`. */
export async function listRhythms(
  tx: Tx,
  agencyId: string,
  o: { scheduleId: string | undefined; until: Date; limit: number },
): Promise<Rhythm[]> {
  let query = tx
    .selectFrom("schedules")
    .select(["id", "local_start", "rrule", "time_zone"])
    .where("agency_id", "=", agencyId)
    .where("next_at", "<=", o.until)
    .orderBy("next_at")
    .limit(o.limit);
  if (o.scheduleId !== undefined) query = query.where("id", "=", o.scheduleId);
  return query.execute();
}
