import type { DescMessage } from "@bufbuild/protobuf";
import type { ConsumerConfig, StreamConfig } from "@nats-io/jetstream";
import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import type { WorkContract } from "#core/runtime/contract.ts";
import { eventContract, isEventContract, isWorkContract, workContract } from "#core/runtime/contract.ts";
import { failuresBucket } from "#core/runtime/failures.ts";

export type WantedConsumer = {
  stream: string;
  config: Partial<ConsumerConfig> & { durable_name: string; max_ack_pending: number };
};
export type WantedStream = Partial<StreamConfig> & { name: string; subjects: string[] };
export type Topology = { streams: WantedStream[]; consumers: WantedConsumer[] };

export type TopologyOptions = {
  /** Copies of each stream in a cluster: 1, 3 or 5. */
  replicas?: number;
  /** Changes contracts before they are applied, for tests. */
  override?: (contract: WorkContract) => WorkContract;
};

/** The durable that reads DEAD_LETTER for the archive. */
export const deadLetterArchiveDurable = "dead-letter-archive";

const day = nanos(24 * 3_600_000);
const mebibyte = 1024 * 1024;
// Room for CloudEvents headers, traceparent and an idempotency key of 200 characters beside the largest body.
const headerBytes = 8 * 1024;
// A dead letter holds the whole message beside what is said about it, and must itself pass the server's default max_payload (1 MiB).
const largestBuriableBytes = mebibyte - 16 * 1024;
// The broker's own default. Facts are as many as mails; at 13,000 a second for three minutes the broker's memory stayed level, at 500 MB.
const eventDuplicateWindow = nanos(120_000);

/** Streams and consumers as the contracts declare them. Pure: a golden test pins its result. */
export function wantedTopology(descs: readonly DescMessage[], options: TopologyOptions = {}): Topology {
  const { replicas = 1, override = (contract) => contract } = options;
  const tasks = descs.filter(isWorkContract).map((desc) => override(workContract(desc)));
  const facts = [...new Set([...descs, DeadLetteredSchema])].filter(isEventContract).map(eventContract);
  const deadLetter = eventContract(DeadLetteredSchema);
  const factStreams = [...new Set(facts.map(({ stream }) => stream))];
  return {
    streams: [
      ...tasks.map((task) => workStream(task, replicas)),
      ...factStreams.map((name) => {
        const subjects = facts.filter(({ stream }) => stream === name).map(({ subject }) => subject("*"));
        return name === deadLetter.stream
          ? deadLetterStream(name, subjects, replicas)
          : eventStream(name, subjects, replicas);
      }),
      failuresStream(replicas),
    ],
    consumers: [
      ...tasks.flatMap(workConsumers),
      {
        stream: deadLetter.stream,
        config: {
          durable_name: deadLetterArchiveDurable,
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanos(30_000),
          max_deliver: -1,
          max_ack_pending: 500,
          filter_subject: deadLetter.subject("*"),
        },
      },
    ],
  };
}

function workStream(task: WorkContract, replicas: number): WantedStream {
  return {
    name: task.stream,
    // One subject per lane: a lane that is not declared has no stream, so publishing there fails instead of waiting for ever.
    subjects: task.lanes.map(({ subjectFilter }) => subjectFilter),
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    // A full queue refuses: publishers wait, rows hold the truth. Dropping old work would lose it.
    discard: DiscardPolicy.New,
    max_bytes: task.maxStreamBytes,
    max_msg_size: Math.min(task.maxMessageBytes + headerBytes, largestBuriableBytes),
    duplicate_window: nanos(task.duplicateWindowMs),
    allow_atomic: true,
    num_replicas: replicas,
  };
}

function workConsumers(task: WorkContract): WantedConsumer[] {
  return task.lanes.map((lane) => ({
    stream: task.stream,
    config: {
      durable_name: lane.durable,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(task.ackWaitMs),
      // Waiting (nak with a delay) uses up deliveries, so failures are counted elsewhere and deliveries are not limited.
      max_deliver: -1,
      max_ack_pending: lane.maxAckPending,
      filter_subject: lane.subjectFilter,
    },
  }));
}

function eventStream(name: string, subjects: string[], replicas: number): WantedStream {
  return {
    name,
    subjects,
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // Facts are for whoever listens; the truth is in rows, so the oldest give way.
    discard: DiscardPolicy.Old,
    max_age: 7 * day,
    max_bytes: 512 * mebibyte,
    duplicate_window: eventDuplicateWindow,
    allow_atomic: true,
    num_replicas: replicas,
  };
}

function deadLetterStream(name: string, subjects: string[], replicas: number): WantedStream {
  return {
    name,
    subjects,
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // A dead letter is the only copy of its message until it is archived: a full stream refuses, and the message stays on its queue.
    discard: DiscardPolicy.New,
    max_age: 30 * day,
    max_bytes: 512 * mebibyte,
    duplicate_window: eventDuplicateWindow,
    num_replicas: replicas,
  };
}

// A key-value bucket is a stream of this shape (ADR-8 of nats-architecture-and-design); declared here so that workers need no right to make streams.
function failuresStream(replicas: number): WantedStream {
  return {
    name: `KV_${failuresBucket}`,
    subjects: [`$KV.${failuresBucket}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    // Far longer than any back-off; it only keeps the bucket small.
    max_age: day,
    max_bytes: 256 * mebibyte,
    allow_rollup_hdrs: true,
    allow_direct: true,
    deny_delete: true,
    num_replicas: replicas,
  };
}
