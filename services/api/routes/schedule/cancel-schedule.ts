import type { ServiceImpl } from "@connectrpc/connect";
import type { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { cancelSchedule as cancel } from "#core/adapters/postgres/schedules/cancel-schedule.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { scheduleMessage } from "./schedule-message.ts";

/** Ends a schedule. Blasts that it has caused go on; they are cancelled by CancelBlast. */
export const cancelSchedule =
  ({ database }: ApiDeps): ServiceImpl<typeof ScheduleService>["cancelSchedule"] =>
  async ({ scheduleId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const schedule = await database.withAgency(agencyId, (tx) => cancel(tx, agencyId, scheduleId));
    if (schedule === undefined) throw notFound("schedule", scheduleId, "schedule_id");
    return { schedule: scheduleMessage(schedule) };
  };
