// Publishes deliveries in RETRY again when their time has come. The row stays until it is claimed, and comes again if the message is lost.
import { create } from "@bufbuild/protobuf";
import type { DueWakeup } from "#core/adapters/postgres/deliveries/timers.ts";
import { formatRid } from "#core/domain/delivery/id.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { workEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import type { Round, SchedulerDeps } from "./deps.ts";

const maxWakeupsPerRound = 1_000;
// A message that is not claimed within this time is taken for lost.
const againAfterMs = 60_000;

export async function wakeRetries(deps: SchedulerDeps): Promise<Round> {
  const due = await deps.store.dueWakeups(againAfterMs, maxWakeupsPerRound);
  if (due.length > 0) await deps.publisher.publishAll(due.map((wakeup) => envelopeOf(deps, wakeup)));
  return { more: due.length === maxWakeupsPerRound };
}

function envelopeOf(deps: SchedulerDeps, wakeup: DueWakeup): Envelope {
  const timeMs = deps.nowMs();
  const message = create(SendBlastToCustomerSchema, {
    agencyId: wakeup.agency_id,
    lane: laneOf[wakeup.lane],
    // Another try is another message; the time keeps the broker from taking a second publication for a repetition.
    idempotencyKey: `${formatRid(wakeup.blast_id, wakeup.seq, wakeup.attempt + 1)}~${timeMs}`,
    customerId: wakeup.customer_id,
    order: { case: "delivery", value: { blastId: wakeup.blast_id, sequence: wakeup.seq } },
  });
  return workEnvelope(SendBlastToCustomerSchema, message, { source: deps.name, timeMs });
}
