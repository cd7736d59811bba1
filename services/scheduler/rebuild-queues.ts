// Rebuilds what the broker lost. Rows say what should be on the queues; where nothing moves and the broker has no message of that agency and
// lane, the messages are gone (a wiped store, a power failure) and are released again. Repetitions are absorbed by claims.
import { create } from "@bufbuild/protobuf";
import type { StalledList } from "#core/adapters/postgres/blasts/stalled-lists.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { workContract, workSubject } from "#core/runtime/contract.ts";
import { workEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import type { Round, SchedulerDeps } from "./deps.ts";

const maxBlastsPerRound = 50;

export async function rebuildQueues(deps: SchedulerDeps): Promise<Round> {
  await rebuildDeliveries(deps);
  await rebuildLists(deps);
  return { more: false };
}

async function rebuildDeliveries(deps: SchedulerDeps): Promise<void> {
  const contract = workContract(SendBlastToCustomerSchema);
  const stalled = await deps.store.stalledBlasts(deps.stallMs, maxBlastsPerRound);
  for (const blast of stalled) {
    const waiting = await deps.countMessages(
      contract.stream,
      workSubject(contract, laneOf[blast.lane], blast.agency_id),
    );
    if (waiting > 0) continue;
    const rewound = await deps.store.rewindBlast(blast.agency_id, blast.id);
    if (rewound)
      deps.log.warn(
        { blastId: blast.id, lane: blast.lane },
        "the broker lost this blast's messages; they are released again",
      );
  }
}

async function rebuildLists(deps: SchedulerDeps): Promise<void> {
  const contract = workContract(SendBlastToCustomerListSchema);
  const stalled = await deps.store.stalledLists(deps.stallMs, maxBlastsPerRound);
  for (const blast of stalled) {
    const waiting = await deps.countMessages(
      contract.stream,
      workSubject(contract, laneOf[blast.lane], blast.agency_id),
    );
    if (waiting > 0) continue;
    await deps.publisher.publishAll([listEnvelope(deps, blast)]);
    deps.log.warn({ blastId: blast.id }, "the broker lost this blast's order; it is published again");
  }
}

function listEnvelope(deps: SchedulerDeps, blast: StalledList): Envelope {
  const timeMs = deps.nowMs();
  const message = create(SendBlastToCustomerListSchema, {
    agencyId: blast.agency_id,
    lane: laneOf[blast.lane],
    idempotencyKey: `rebuild:${blast.id}~${timeMs}`,
    userId: blast.user_id ?? "",
    order: { case: "blastId", value: blast.id },
  });
  return workEnvelope(SendBlastToCustomerListSchema, message, { source: deps.name, timeMs });
}
