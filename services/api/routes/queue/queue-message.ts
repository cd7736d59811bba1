import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { QueueSchema } from "#gen/fanfare/api/v1/queue_pb.js";
import type { QueueStatus } from "../../ports/queue-admin.ts";

/** One lane of one queue as callers see it. */
export function queueMessage(status: QueueStatus): MessageInitShape<typeof QueueSchema> {
  return {
    name: status.queue,
    lane: status.lane,
    stream: status.stream,
    durable: status.durable,
    pending: BigInt(status.pending),
    inFlight: BigInt(status.inFlight),
    redelivered: BigInt(status.redelivered),
    maxAckPending: status.maxAckPending,
    handedOut: BigInt(status.handedOut),
    contractMaxAckPending: status.contractMaxAckPending,
    paused: status.paused,
    ...(status.oldestAgeMs === undefined
      ? {}
      : { oldestAge: durationFromMs(Math.max(0, Math.round(status.oldestAgeMs))) }),
    pendingByAgency: Object.fromEntries(
      Object.entries(status.byAgency).map(([agencyId, count]) => [agencyId, BigInt(count)]),
    ),
  };
}
