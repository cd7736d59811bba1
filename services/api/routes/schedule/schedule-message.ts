import { fromJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ScheduleSchema } from "#gen/fanfare/api/v1/schedule_pb.js";
import { AudienceSchema } from "#gen/fanfare/work/v1/content_pb.js";
import type { ScheduleRecord } from "#core/adapters/postgres/schedules/schedule-record.ts";
import { laneOf, missedPolicyOf } from "../../rpc/enums.ts";

/** A schedule as callers see it. */
export function scheduleMessage(row: ScheduleRecord): MessageInitShape<typeof ScheduleSchema> {
  return {
    id: row.id,
    name: row.name,
    content: {
      templateId: row.template_id,
      templateVersion: row.template_version,
      customMessage: row.custom_message,
    },
    audience: fromJson(AudienceSchema, row.audience as JsonValue),
    lane: laneOf[row.lane],
    localStart: row.local_start,
    rrule: row.rrule,
    timeZone: row.time_zone,
    missedPolicy: missedPolicyOf[row.missed_policy],
    ...(row.next_at === null ? {} : { nextAt: timestampFromDate(row.next_at) }),
    cancelled: row.cancelled_at !== null,
    fired: row.fired,
    createdAt: timestampFromDate(row.created_at),
    agencyId: row.agency_id,
  };
}
