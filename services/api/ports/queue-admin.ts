import type { Lane } from "#gen/fanfare/options/v1/lane_pb.js";

/** One lane of one queue as the broker sees it now. */
export type QueueStatus = {
  name: string;
  lane: Lane;
  stream: string;
  durable: string;
  pending: number;
  inFlight: number;
  redelivered: number;
  maxAckPending: number;
  paused: boolean;
  oldestAgeMs?: number;
  pendingByAgency: Readonly<Record<string, number>>;
};

/** The control room's hands on the broker. `lane` undefined is every lane of the queue. */
export type QueueAdmin = {
  list(): Promise<QueueStatus[]>;
  pause(queue: string, lane?: Lane): Promise<void>;
  resume(queue: string, lane?: Lane): Promise<void>;
  setLimit(queue: string, lane: Lane, maxAckPending: number): Promise<void>;
};
