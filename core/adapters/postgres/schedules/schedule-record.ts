import type { Selectable } from "kysely";
import type { ScheduleRow } from "../schema.ts";

/** A schedule as read. */
export type ScheduleRecord = Omit<Selectable<ScheduleRow>, "user_id" | "next_occurrence">;

export const scheduleColumns = [
  "id", "agency_id", "name", "template_id", "template_version", "custom_message", "audience", "lane", "local_start", "rrule", "time_zone",
  "missed_policy", "next_at", "fired", "cancelled_at", "created_at",
] as const satisfies readonly (keyof ScheduleRecord)[]; // prettier-ignore
