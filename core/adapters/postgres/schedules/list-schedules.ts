import { sql } from "kysely";
import type { Tx } from "../database.ts";
import { type ScheduleRecord, scheduleColumns } from "./schedule-record.ts";

/** A schedule with its place in the list: the next occurrence in microseconds since 1970, or `neverUs`. */
export type ListedSchedule = ScheduleRecord & { next_us: number };

// Behind every real time, and still exact as a number.
const neverUs = Number.MAX_SAFE_INTEGER;

/** Schedules of the agency, or of all where none is given (as system), by next occurrence, ended ones last and only when asked for, behind `after`; at most `limit`. */
export async function listSchedules(
  tx: Tx,
  agencyId: string | undefined,
  o: { includeEnded: boolean; after: { nextUs: number; id: string } | undefined; limit: number },
): Promise<ListedSchedule[]> {
  const nextUs = sql<number>`coalesce((extract(epoch FROM next_at) * 1000000)::bigint, ${sql.lit(neverUs)})`;
  let query = tx
    .selectFrom("schedules")
    .select(scheduleColumns)
    .select(nextUs.as("next_us"))
    .orderBy("next_us")
    .orderBy("id")
    .limit(o.limit);
  if (agencyId !== undefined) query = query.where("agency_id", "=", agencyId);
  if (!o.includeEnded) query = query.where("next_at", "is not", null);
  if (o.after !== undefined) {
    query = query.where(sql<boolean>`(${nextUs}, id) > (${o.after.nextUs}::bigint, ${o.after.id}::uuid)`);
  }
  return query.execute();
}
