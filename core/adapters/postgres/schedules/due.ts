import { sql } from "kysely";
import type { AudienceJson } from "../audience/source.ts";
import type { Tx } from "../database.ts";
import type { LaneText } from "../schema.ts";

export interface DueSchedule {
  id: string;
  agency_id: string;
  user_id: string | null;
  name: string;
  template_id: string;
  template_version: number;
  custom_message: string;
  audience: AudienceJson;
  lane: LaneText;
  local_start: string;
  rrule: string;
  time_zone: string;
  missed_policy: "fire_late" | "skip";
  next_at: Date;
  next_occurrence: string;
  /** The database's clock. */
  now: Date;
}

/** One schedule that is due, locked, so that of many schedulers one fires it. Runs as system. */
export async function takeDueSchedule(tx: Tx): Promise<DueSchedule | undefined> {
  const { rows } = await sql<DueSchedule>`
    SELECT id, agency_id, user_id, name, template_id, template_version, custom_message, audience, lane, local_start, rrule,
      time_zone, missed_policy, next_at, next_occurrence, now() AS now
    FROM schedules WHERE next_at <= now() AND cancelled_at IS NULL
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`.execute(tx);
  return rows[0];
}

/** Sets a schedule on its next occurrence, or ends it. `fired` says whether this occurrence caused a blast. */
export async function advanceSchedule(
  tx: Tx,
  id: string,
  next: { at: Date; occurrence: string } | null,
  fired: boolean,
): Promise<void> {
  await sql`
    UPDATE schedules SET next_at = ${next?.at ?? null}, next_occurrence = ${next?.occurrence ?? null},
      fired = fired + ${fired ? 1 : 0} WHERE id = ${id}`.execute(tx);
}
