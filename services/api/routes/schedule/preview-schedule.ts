import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { checkTimeZone } from "../../rpc/time-zone.ts";
import { firstToCome, maxUpcoming, upcoming } from "./check-times.ts";

/** When a schedule would fire. Reads only; refuses what CreateSchedule refuses. */
export const previewSchedule =
  ({ database, nowMs }: ApiDeps): ServiceImpl<typeof ScheduleService>["previewSchedule"] =>
  async ({ localStart, rrule, timeZone: wanted }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const agency = await database.withAgency(agencyId, (tx) => readAgency(tx, agencyId));
    if (agency === undefined) throw notFound("agency", agencyId, "fanfare-agency");
    const timeZone = wanted === "" ? agency.time_zone : checkTimeZone(wanted, "time_zone");
    const times = { localStart, timeZone, rrule };
    const now = nowMs();
    firstToCome(times, now);
    return { upcoming: upcoming(times, now, maxUpcoming).map(timestampFromDate), timeZone };
  };
