import type { ServiceImpl } from "@connectrpc/connect";
import type { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { cancelSchedule } from "./cancel-schedule.ts";
import { createSchedule } from "./create-schedule.ts";
import { getSchedule } from "./get-schedule.ts";
import { listOccurrences } from "./list-occurrences.ts";
import { listSchedules } from "./list-schedules.ts";
import { previewSchedule } from "./preview-schedule.ts";

/** All RPCs of ScheduleService. */
export const scheduleRoutes = (deps: ApiDeps): ServiceImpl<typeof ScheduleService> => ({
  createSchedule: createSchedule(deps),
  previewSchedule: previewSchedule(deps),
  getSchedule: getSchedule(deps),
  listSchedules: listSchedules(deps),
  listOccurrences: listOccurrences(deps),
  cancelSchedule: cancelSchedule(deps),
});
