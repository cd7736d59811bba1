import type { DescMessage } from "@bufbuild/protobuf";
import type { ConsumerInfo, JetStreamManager } from "@nats-io/jetstream";
import { JetStreamApiError, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { LaneContract, WorkContract } from "#core/runtime/contract.ts";
import { isWorkContract, laneName, workContract } from "#core/runtime/contract.ts";
import { operatorLimitKey } from "./topology.ts";

/** One lane of one queue as it is now. */
export type QueueStatus = {
  queue: string;
  lane: Lane;
  stream: string;
  durable: string;
  /** Messages that no worker holds. */
  pending: number;
  /** Messages that a worker holds, or that wait for a retry. */
  inFlight: number;
  /** Of the messages in flight: handed out more than once. */
  redelivered: number;
  /** Messages handed to workers since the consumer was made, some more than once. */
  handedOut: number;
  maxAckPending: number;
  /** What the contract says; `maxAckPending` differs when an operator changed it. */
  contractMaxAckPending: number;
  paused: boolean;
  /** Age of the oldest message of the lane; absent when it is empty. */
  oldestAgeMs?: number;
  /** Messages on the lane (pending and in flight) by agency, the largest `maxAgencies`. */
  byAgency: Record<string, number>;
};

/** What an operator can see and do while everything runs. Unknown queues and lanes are RangeErrors. */
export type QueueAdmin = {
  list(): Promise<QueueStatus[]>;
  /** Workers in any language stop getting messages. Without a lane: every lane of the queue. */
  pause(queue: string, lane?: Lane): Promise<QueueStatus[]>;
  resume(queue: string, lane?: Lane): Promise<QueueStatus[]>;
  /** Survives `applyTopology`. The contract's own value makes the contract rule again. */
  setLimit(queue: string, lane: Lane, maxAckPending: number): Promise<QueueStatus>;
  /** Messages by agency, the largest `limit`. */
  pendingByAgency(queue: string, lane?: Lane, limit?: number): Promise<Record<string, number>>;
};

const maxAgencies = 20;
const maxLimit = 100_000;
// Pausing needs an end; an operator's "until I say so" is this.
const forever = new Date("2200-01-01T00:00:00Z");
const notFound = 404;

export function createQueueAdmin(connection: NatsConnection, descs: readonly DescMessage[]): QueueAdmin {
  const contracts = descs.filter(isWorkContract).map(workContract);
  const open = () => jetstreamManager(connection, { checkAPI: false });

  function find(queue: string, lane?: Lane): { contract: WorkContract; lanes: LaneContract[] } {
    const contract = contracts.find((candidate) => candidate.queue === queue);
    if (contract === undefined) {
      throw new RangeError(
        `There is no queue ${queue}. There are: ${contracts.map((known) => known.queue).join(", ")}.`,
      );
    }
    // LANE_UNSPECIFIED (0) is every lane.
    const lanes = lane ? contract.lanes.filter((candidate) => candidate.lane === lane) : contract.lanes;
    if (lanes.length === 0) {
      throw new RangeError(
        `Queue ${queue} has no lane ${lane}. It has: ${contract.lanes.map(({ name }) => name).join(", ")}.`,
      );
    }
    return { contract, lanes };
  }

  async function onLanes(
    queue: string,
    lane: Lane | undefined,
    act: (manager: JetStreamManager, stream: string, durable: string) => Promise<unknown>,
  ) {
    const { contract, lanes } = find(queue, lane);
    const manager = await open();
    for (const { durable } of lanes) await act(manager, contract.stream, durable);
    return Promise.all(lanes.map((each) => statusOf(manager, contract, each)));
  }

  return {
    list: async () => {
      const manager = await open();
      return Promise.all(
        contracts.flatMap((contract) => contract.lanes.map((lane) => statusOf(manager, contract, lane))),
      );
    },
    pause: (queue, lane) =>
      onLanes(queue, lane, (manager, stream, durable) => manager.consumers.pause(stream, durable, forever)),
    resume: (queue, lane) =>
      onLanes(queue, lane, (manager, stream, durable) => manager.consumers.resume(stream, durable)),
    setLimit: async (queue, lane, maxAckPending) => {
      if (!Number.isInteger(maxAckPending) || maxAckPending < 1 || maxAckPending > maxLimit) {
        throw new RangeError(
          `The limit is ${maxAckPending}; it must be a whole number from 1 to ${maxLimit}.`,
        );
      }
      laneName(lane);
      const { contract, lanes } = find(queue, lane);
      const [{ durable, maxAckPending: contractLimit }] = lanes as [LaneContract];
      const manager = await open();
      const { config } = await manager.consumers.info(contract.stream, durable);
      const { [operatorLimitKey]: _, ...metadata } = config.metadata ?? {};
      if (maxAckPending !== contractLimit) metadata[operatorLimitKey] = String(maxAckPending);
      await manager.consumers.update(contract.stream, durable, { max_ack_pending: maxAckPending, metadata });
      return statusOf(manager, contract, lanes[0] as LaneContract);
    },
    pendingByAgency: async (queue, lane, limit = maxAgencies) => {
      const { contract, lanes } = find(queue, lane);
      const manager = await open();
      const sums = new Map<string, number>();
      for (const each of lanes) {
        for (const [agency, count] of await countByAgency(manager, contract.stream, each.subjectFilter)) {
          sums.set(agency, (sums.get(agency) ?? 0) + count);
        }
      }
      return largest(sums, limit);
    },
  };
}

async function statusOf(
  manager: JetStreamManager,
  contract: WorkContract,
  lane: LaneContract,
): Promise<QueueStatus> {
  const { stream, queue } = contract;
  const [info, agencies, oldestMs] = await Promise.all([
    manager.consumers.info(stream, lane.durable) as Promise<ConsumerInfo>,
    countByAgency(manager, stream, lane.subjectFilter),
    oldestPublishedAtMs(manager, stream, lane.subjectFilter),
  ]);
  return {
    queue,
    lane: lane.lane,
    stream,
    durable: lane.durable,
    pending: info.num_pending,
    inFlight: info.num_ack_pending,
    redelivered: info.num_redelivered,
    handedOut: info.delivered.consumer_seq,
    maxAckPending: info.config.max_ack_pending ?? lane.maxAckPending,
    contractMaxAckPending: lane.maxAckPending,
    paused: info.paused === true,
    ...(oldestMs === undefined ? {} : { oldestAgeMs: Math.max(0, Date.now() - oldestMs) }),
    byAgency: largest(agencies, maxAgencies),
  };
}

// A work queue keeps a message until it is acknowledged, so the stream's own counts by subject are the backlog by agency.
async function countByAgency(
  manager: JetStreamManager,
  stream: string,
  filter: string,
): Promise<Map<string, number>> {
  const { state } = await manager.streams.info(stream, { subjects_filter: filter });
  return new Map(
    Object.entries(state.subjects ?? {}).map(([subject, count]) => [subject.split(".")[4] ?? subject, count]),
  );
}

async function oldestPublishedAtMs(
  manager: JetStreamManager,
  stream: string,
  filter: string,
): Promise<number | undefined> {
  // The first message from sequence 1 on whose subject fits; the server knows this request, the client's types do not.
  const query = { seq: 1, next_by_subj: filter };
  try {
    const message = await manager.streams.getMessage(stream, query);
    return message?.time.getTime();
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === notFound) return undefined;
    throw error;
  }
}

function largest(counts: ReadonlyMap<string, number>, limit: number): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([, left], [, right]) => right - left).slice(0, limit));
}
