import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";

/** One lane of one queue as the broker sees it now. */
export type QueueStatus = {
  queue: string;
  lane: Lane;
  stream: string;
  durable: string;
  pending: number;
  inFlight: number;
  redelivered: number;
  /** Messages handed to workers since the consumer was made. */
  handedOut: number;
  maxAckPending: number;
  /** What the contract says of it. */
  contractMaxAckPending: number;
  paused: boolean;
  oldestAgeMs?: number;
  /** The largest 20. */
  byAgency: Readonly<Record<string, number>>;
};

/** The control room's hands on the broker. `lane` undefined is every lane. A queue or lane that does not exist is a RangeError. */
export type QueueAdmin = {
  list(): Promise<QueueStatus[]>;
  pause(queue: string, lane?: Lane): Promise<QueueStatus[]>;
  resume(queue: string, lane?: Lane): Promise<QueueStatus[]>;
  setLimit(queue: string, lane: Lane, maxAckPending: number): Promise<QueueStatus>;
};
