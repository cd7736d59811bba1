// Publishes the very same SendBlastToCustomerList when a scheduled blast is due. Exactly one blast for each (schedule, occurrence), with any
// number of schedulers: the schedule's row is locked while it fires, its blast is unique by occurrence, and both commit together.
import { create } from "@bufbuild/protobuf";
import { UnknownReferenceError } from "#core/adapters/postgres/blasts/accept.ts";
import { KeyReusedError } from "#core/adapters/postgres/idempotency/remember.ts";
import type { DueSchedule } from "#core/adapters/postgres/schedules/due.ts";
import type { ScheduledOrder } from "#core/adapters/postgres/timer-store.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { decideMissed } from "#core/domain/schedule/decide-missed.ts";
import { nextOccurrence } from "#core/domain/schedule/schedule.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import type { Round, SchedulerDeps } from "./deps.ts";

// A blast that leaves within a minute of its time is in time; beyond it says that it is late, or is skipped by policy.
const graceMs = 60_000;
// Failures of one round; those beyond wait for the next.
const maxGivenUp = 20;

export async function fireSchedules(deps: SchedulerDeps): Promise<Round> {
  const fired = await fireOne(deps, (due) => orderOf(deps, due));
  if (fired === undefined) return { more: false };
  const { due, blastId } = fired;
  const ids = { agencyId: due.agency_id, scheduleId: due.id, occurrence: due.next_occurrence };
  deps.log.info({ ...ids, decision: decisionOf(due), blastId }, "schedule came due");
  return { more: true };
}

type Order = (due: DueSchedule) => ScheduledOrder | undefined;

/**
 * An occurrence whose list or template is gone is given up, and the schedule goes on to its next one. Another scheduler may take it between
 * the failure and the second look, which then meets another schedule: hence the set.
 */
async function fireOne(deps: SchedulerDeps, order: Order) {
  const givenUp = new Set<string>();
  const name = (due: DueSchedule) => `${due.id} ${due.next_occurrence}`;
  for (;;) {
    let tried = "";
    try {
      return await deps.store.fireDueSchedule((due) => {
        tried = name(due);
        return givenUp.has(tried) ? undefined : order(due);
      }, nextAfter);
    } catch (error) {
      // A key that somebody used before is as final as a list that is gone, and must not hold up the schedules behind it.
      const final = error instanceof UnknownReferenceError || error instanceof KeyReusedError;
      if (!final || givenUp.size === maxGivenUp) throw error;
      givenUp.add(tried);
      deps.log.error(
        { occurrence: tried, detail: error.message },
        "a scheduled blast could not be made; this occurrence is given up",
      );
    }
  }
}

function decisionOf(due: DueSchedule) {
  return decideMissed({
    dueAtMs: due.next_at.getTime(),
    nowMs: due.now.getTime(),
    policy: due.missed_policy,
    graceMs,
  });
}

function orderOf(deps: SchedulerDeps, due: DueSchedule): ScheduledOrder | undefined {
  const decision = decisionOf(due);
  if (decision === "skip") return undefined;
  const key = `schedule:${due.id}:${due.next_occurrence}`;
  const { agency_id: agencyId } = due;
  return {
    key,
    blast: {
      agencyId,
      userId: due.user_id ?? undefined,
      name: due.name,
      lane: due.lane,
      templateId: due.template_id,
      templateVersion: due.template_version,
      customMessage: due.custom_message,
      audience: due.audience,
      occurrence: { scheduleId: due.id, key: due.next_occurrence, late: decision === "fire_late" },
    },
    message: (blastId) => {
      const message = create(SendBlastToCustomerListSchema, {
        agencyId,
        lane: laneOf[due.lane],
        idempotencyKey: key,
        userId: due.user_id ?? "",
        order: { case: "blastId", value: blastId },
      });
      return workEnvelope(SendBlastToCustomerListSchema, message, {
        source: deps.name,
        timeMs: deps.nowMs(),
      });
    },
  };
}

/** Occurrences that were missed together fire once: the next one lies after now, not after the one that was due. */
function nextAfter(due: DueSchedule): { at: Date; occurrence: string } | null {
  if (due.rrule === "") return null;
  const schedule = { localStart: due.local_start, timeZone: due.time_zone, rrule: due.rrule };
  const next = nextOccurrence(schedule, Math.max(due.now.getTime(), due.next_at.getTime()));
  return next === null ? null : { at: new Date(next.atMs), occurrence: next.occurrenceKey };
}
