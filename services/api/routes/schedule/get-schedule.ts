import type { ServiceImpl } from "@connectrpc/connect";
import type { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { readSchedule } from "#core/adapters/postgres/schedules/read-schedule.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { scheduleMessage } from "./schedule-message.ts";

/** One schedule of the agency. */
export const getSchedule =
  ({ database }: ApiDeps): ServiceImpl<typeof ScheduleService>["getSchedule"] =>
  async ({ scheduleId }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const schedule = await database.withAgency(agencyId, (tx) => readSchedule(tx, agencyId, scheduleId));
    if (schedule === undefined) throw notFound("schedule", scheduleId, "schedule_id");
    return { schedule: scheduleMessage(schedule) };
  };
