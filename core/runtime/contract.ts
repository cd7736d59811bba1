import type { DescMessage } from "@bufbuild/protobuf";
import { getOption, hasOption } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { event, work } from "#gen/fanfare/options/v1/topology_pb.js";

/** Name of a lane as it stands in subjects, durables and metrics. */
export type LaneName = "urgent" | "standard" | "bulk";

/** One lane of a work queue: one durable consumer with its own limit. */
export type LaneContract = {
  lane: Lane;
  name: LaneName;
  /** For example `customer-sender-urgent`. */
  durable: string;
  /** For example `fanfare.work.customer.urgent.*`. */
  subjectFilter: string;
  /** Messages in flight at once over all instances. */
  maxAckPending: number;
  /** Messages a handler gets at once, at most. */
  maxBatch: number;
};

/** How a task travels, read from the options of its message type. */
export type WorkContract = {
  /** Full name of the message type. */
  typeName: string;
  stream: string;
  queue: string;
  durable: string;
  ackWaitMs: number;
  maxFailures: number;
  backoffInitialMs: number;
  backoffMaxMs: number;
  maxStreamBytes: number;
  maxMessageBytes: number;
  duplicateWindowMs: number;
  lanes: LaneContract[];
};

/** How a fact travels. */
export type EventContract = {
  typeName: string;
  stream: string;
  entity: string;
  fact: string;
  subject: (agencyId: string) => string;
};

const laneNames: Readonly<Record<number, LaneName>> = {
  [Lane.URGENT]: "urgent",
  [Lane.STANDARD]: "standard",
  [Lane.BULK]: "bulk",
};

/** `urgent`, `standard` or `bulk`; throws for LANE_UNSPECIFIED and for lanes that this program does not know. */
export function laneName(lane: Lane): LaneName {
  const name = laneNames[lane];
  if (name === undefined) {
    throw new Error(`Lane ${lane} has no name: use LANE_URGENT, LANE_STANDARD or LANE_BULK.`);
  }
  return name;
}

// Reading an option decodes it each time (15 µs), so each descriptor is read once.
const workContracts = new WeakMap<DescMessage, WorkContract>();
const eventContracts = new WeakMap<DescMessage, EventContract>();

/** True when the type is a task. */
export function isWorkContract(desc: DescMessage): boolean {
  return hasOption(desc, work);
}

/** True when the type is a fact. */
export function isEventContract(desc: DescMessage): boolean {
  return hasOption(desc, event);
}

/** The contract of a task. Throws when the type carries no `fanfare.options.v1.work` option. */
export function workContract(desc: DescMessage): WorkContract {
  const known = workContracts.get(desc);
  if (known) return known;
  if (!hasOption(desc, work)) {
    throw new Error(
      `${desc.typeName} carries no option (fanfare.options.v1.work), so it travels on no work queue. ` +
        "Declare the option on the message, or use a type of fanfare.work.v1.",
    );
  }
  const declared = getOption(desc, work);
  const contract: WorkContract = {
    typeName: desc.typeName,
    stream: declared.stream,
    queue: declared.queue,
    durable: declared.durable,
    ackWaitMs: milliseconds(declared.ackWait),
    maxFailures: declared.maxFailures,
    backoffInitialMs: milliseconds(declared.backoffInitial),
    backoffMaxMs: milliseconds(declared.backoffMax),
    maxStreamBytes: Number(declared.maxStreamBytes),
    maxMessageBytes: declared.maxMessageBytes,
    duplicateWindowMs: milliseconds(declared.duplicateWindow),
    lanes: declared.lanes.map((limit) => {
      const name = laneName(limit.lane);
      return {
        lane: limit.lane,
        name,
        durable: `${declared.durable}-${name}`,
        subjectFilter: `fanfare.work.${declared.queue}.${name}.*`,
        maxAckPending: limit.maxAckPending,
        maxBatch: limit.maxBatch,
      };
    }),
  };
  workContracts.set(desc, contract);
  return contract;
}

/** The contract of a fact. Throws when the type carries no `fanfare.options.v1.event` option. */
export function eventContract(desc: DescMessage): EventContract {
  const known = eventContracts.get(desc);
  if (known) return known;
  if (!hasOption(desc, event)) {
    throw new Error(
      `${desc.typeName} carries no option (fanfare.options.v1.event), so it is published nowhere. ` +
        "Declare the option on the message, or use a type of fanfare.event.v1.",
    );
  }
  const { stream, entity, fact } = getOption(desc, event);
  const contract: EventContract = {
    typeName: desc.typeName,
    stream,
    entity,
    fact,
    subject: (agencyId) => `fanfare.event.${entity}.${fact}.${agencyId}`,
  };
  eventContracts.set(desc, contract);
  return contract;
}

/** The subject that a task of this agency and lane travels on. */
export function workSubject(contract: WorkContract, lane: Lane, agencyId: string): string {
  return `fanfare.work.${contract.queue}.${laneName(lane)}.${agencyId}`;
}

function milliseconds(duration: Duration | undefined): number {
  return duration === undefined ? 0 : durationMs(duration);
}
