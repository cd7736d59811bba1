// Publishes the very same SendBlastToCustomerList when a scheduled blast is due. Exactly one blast for each (schedule, occurrence), with any
// number of schedulers: the schedule's row is locked while it fires, its blast is unique by occurrence, and both commit together.
import { create } from "@bufbuild/protobuf";
import { UnknownReferenceError } from "#core/adapters/postgres/blasts/accept.ts";
import { orderBlast } from "#core/adapters/postgres/blasts/order.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import { advanceSchedule, takeDueSchedule, type DueSchedule } from "#core/adapters/postgres/schedules/due.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { decideMissed } from "#core/domain/schedule/decide-missed.ts";
import { nextOccurrence } from "#core/domain/schedule/schedule.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import type { Round, SchedulerDeps } from "./deps.ts";

// A blast that leaves within a minute of its time is in time; beyond it says that it is late, or is skipped by policy.
const graceMs = 60_000;

export async function fireSchedules(deps: SchedulerDeps): Promise<Round> {
  const fired = await deps.database.asSystem(async (tx) => {
    const due = await takeDueSchedule(tx);
    if (due === undefined) return false;
    await fireOne(deps, tx, due);
    return true;
  });
  return { more: fired };
}

async function fireOne(deps: SchedulerDeps, tx: Tx, due: DueSchedule): Promise<void> {
  const decision = decideMissed({
    dueAtMs: due.next_at.getTime(),
    nowMs: due.now.getTime(),
    policy: due.missed_policy,
    graceMs,
  });
  const ids = { agencyId: due.agency_id, scheduleId: due.id, occurrence: due.next_occurrence };
  let blastId: string | undefined;
  if (decision !== "skip") {
    try {
      blastId = await orderOccurrence(deps, tx, due, decision === "fire_late");
    } catch (error) {
      if (!(error instanceof UnknownReferenceError)) throw error;
      deps.log.error(
        { ...ids, detail: error.message },
        "a scheduled blast could not be made; this occurrence is given up",
      );
    }
  }
  await advanceSchedule(tx, due.id, nextAfter(due), blastId !== undefined);
  deps.log.info({ ...ids, decision, blastId }, "schedule came due");
}

async function orderOccurrence(
  deps: SchedulerDeps,
  tx: Tx,
  due: DueSchedule,
  late: boolean,
): Promise<string> {
  const key = `schedule:${due.id}:${due.next_occurrence}`;
  const { blastId } = await orderBlast(tx, key, {
    agencyId: due.agency_id,
    userId: due.user_id ?? undefined,
    name: due.name,
    lane: due.lane,
    templateId: due.template_id,
    templateVersion: due.template_version,
    customMessage: due.custom_message,
    audience: due.audience,
    occurrence: { scheduleId: due.id, key: due.next_occurrence, late },
  });
  const message = create(SendBlastToCustomerListSchema, {
    agencyId: due.agency_id,
    lane: laneOf[due.lane],
    idempotencyKey: key,
    userId: due.user_id ?? "",
    order: { case: "blastId", value: blastId },
  });
  await announce(
    tx,
    due.agency_id,
    workEnvelope(SendBlastToCustomerListSchema, message, { source: deps.name, timeMs: deps.nowMs() }),
  );
  return blastId;
}

/** Occurrences that were missed together fire once: the next one lies after now, not after the one that was due. */
function nextAfter(due: DueSchedule): { at: Date; occurrence: string } | null {
  if (due.rrule === "") return null;
  const schedule = { localStart: due.local_start, timeZone: due.time_zone, rrule: due.rrule };
  const next = nextOccurrence(schedule, Math.max(due.now.getTime(), due.next_at.getTime()));
  return next === null ? null : { at: new Date(next.atMs), occurrence: next.occurrenceKey };
}
