import { toJson } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import {
  type CreateScheduleRequest,
  CreateScheduleRequestSchema,
  type ScheduleService,
} from "#gen/fanfare/api/v1/schedule_pb.js";
import { AudienceSchema, type Audience } from "#gen/fanfare/work/v1/content_pb.js";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import { resolveTemplateVersion } from "#core/adapters/postgres/blasts/accept.ts";
import { listExists } from "#core/adapters/postgres/customer-lists/list-exists.ts";
import { unknownCustomers } from "#core/adapters/postgres/customers/unknown-customers.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { once } from "#core/adapters/postgres/idempotency/remember.ts";
import { insertSchedule } from "#core/adapters/postgres/schedules/insert-schedule.ts";
import { readSchedule } from "#core/adapters/postgres/schedules/read-schedule.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { laneText, missedPolicyOf, textOf } from "../../rpc/enums.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { hashOf } from "../../rpc/request-hash.ts";
import { checkTimeZone } from "../../rpc/time-zone.ts";
import { firstToCome, maxUpcoming, upcoming } from "./check-times.ts";
import { scheduleMessage } from "./schedule-message.ts";

/** A blast that leaves later, once or on a rhythm. The template's version is settled now, the audience when it fires. */
export const createSchedule =
  ({ database, nowMs }: ApiDeps): ServiceImpl<typeof ScheduleService>["createSchedule"] =>
  async (request, context) => {
    const { agencyId, userId } = requireRole(context, "sender");
    const key = {
      agencyId,
      scope: "create_schedule",
      key: request.idempotencyKey,
      requestHash: hashOf(CreateScheduleRequestSchema, request),
    };
    return database.withAgency(agencyId, async (tx) => {
      const { result, replayed } = await once(tx, key, () => create(tx, agencyId, userId, request, nowMs()));
      const row = await readSchedule(tx, agencyId, result);
      if (row === undefined) throw new Error(`schedule ${result} of a known key is gone`);
      const times = { localStart: row.local_start, timeZone: row.time_zone, rrule: row.rrule };
      const dates = row.next_at === null ? [] : upcoming(times, nowMs(), maxUpcoming);
      return { schedule: scheduleMessage(row), upcoming: dates.map(timestampFromDate), replayed };
    });
  };

async function create(
  tx: Tx,
  agencyId: string,
  userId: string | undefined,
  request: CreateScheduleRequest,
  nowMs: number,
): Promise<string> {
  // Required by the contract.
  const content = request.content!;
  const audience = request.audience!;
  const agency = await readAgency(tx, agencyId);
  if (agency === undefined) throw notFound("agency", agencyId, "fanfare-agency");
  const timeZone = request.timeZone === "" ? agency.time_zone : checkTimeZone(request.timeZone, "time_zone");
  const next = firstToCome({ localStart: request.localStart, timeZone, rrule: request.rrule }, nowMs);
  const version = await resolveTemplateVersion(tx, agencyId, content.templateId, content.templateVersion);
  await requireAudience(tx, agencyId, audience);
  return insertSchedule(tx, {
    agency_id: agencyId,
    user_id: userId ?? null,
    name: request.name.trim(),
    template_id: content.templateId,
    template_version: version,
    custom_message: content.customMessage,
    audience: JSON.stringify(toJson(AudienceSchema, audience)),
    lane: laneText(request.lane),
    local_start: request.localStart,
    rrule: request.rrule,
    time_zone: timeZone,
    missed_policy: textOf(missedPolicyOf, request.missedPolicy) ?? "fire_late",
    next_at: new Date(next.atMs),
    next_occurrence: next.occurrenceKey,
  });
}

/** Refuses lists and customers that are not the agency's, now and not when the schedule fires at night. */
async function requireAudience(tx: Tx, agencyId: string, { of }: Audience): Promise<void> {
  if (of.case === "listId" && !(await listExists(tx, agencyId, of.value))) {
    throw notFound("customer list", of.value, "audience.list_id");
  }
  if (of.case !== "customers") return;
  const unknown = await unknownCustomers(tx, agencyId, of.value.ids);
  if (unknown.count === 0) return;
  throw fail(Code.NotFound, {
    reason: "unknown_customers",
    message: `${unknown.count} of the ids are no customers of this agency, for example ${unknown.first.join(", ")}.`,
    field: "audience.customers.ids",
    hint: "ListCustomers shows the ids.",
  });
}
