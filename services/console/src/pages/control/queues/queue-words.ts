import type { Queue } from "#gen/fanfare/api/v1/queue_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";

const known: Record<string, { label: string; workers: string }> = {
  list: { label: "Blasts to be spread", workers: "list-sender" },
  customer: { label: "Mails to be sent", workers: "customer-sender" },
  export: { label: "Exports to be written", workers: "exporter" },
};

/** A queue's name for people, and who takes from it. A queue of somebody else's goes by its own name. */
export function queueWords(name: string): { label: string; workers: string } {
  return known[name] ?? { label: name, workers: "its workers" };
}

/** Queues that filters offer before any was read. */
export const knownQueues: readonly string[] = Object.keys(known);

/** Lanes in a word. */
export const laneWord: Record<Lane, string> = {
  [Lane.UNSPECIFIED]: "–",
  [Lane.URGENT]: "Urgent",
  [Lane.STANDARD]: "Standard",
  [Lane.BULK]: "Bulk",
};

/** Age of the oldest message in seconds; undefined when there is none. */
export function ageSeconds({ oldestAge }: Queue): number | undefined {
  return oldestAge === undefined ? undefined : Number(oldestAge.seconds) + oldestAge.nanos / 1e9;
}
