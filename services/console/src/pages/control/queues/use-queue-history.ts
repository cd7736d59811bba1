import { useQuery } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { type Queue, QueueService } from "#gen/fanfare/api/v1/queue_pb.js";

const pollMs = 2_000;
// Two minutes of looks.
const maxSamples = 60;

/** What was seen of a lane at one look. The rate is messages handed to workers a second since the look before. */
type Sample = { atMs: number; handedOut: number; pending: number; rate: number };
/** The last looks at a lane, the newest last. */
export type LaneHistory = readonly Sample[];

/** Every lane of every queue, looked at every two seconds while the page is visible, with what was seen before. */
export function useQueueHistory() {
  const { data, error, refetch, dataUpdatedAt } = useQuery(
    QueueService.method.listQueues,
    {},
    { refetchInterval: pollMs, structuralSharing: false },
  );
  const histories = useRef(new Map<string, LaneHistory>());
  const [, setLooks] = useState(0);
  useEffect(() => {
    if (data === undefined) return;
    for (const queue of data.queues)
      histories.current.set(
        queue.durable,
        withSample(histories.current.get(queue.durable) ?? [], queue, dataUpdatedAt),
      );
    setLooks((before) => before + 1);
  }, [data, dataUpdatedAt]);
  return {
    queues: data?.queues,
    error,
    refetch: () => void refetch(),
    historyOf: (queue: Queue): LaneHistory => histories.current.get(queue.durable) ?? [],
  };
}

/** The history with one more look; a consumer that was made anew counts from zero and has no rate at that look. */
export function withSample(history: LaneHistory, queue: Queue, atMs: number): LaneHistory {
  const before = history.at(-1);
  if (before !== undefined && before.atMs >= atMs) return history;
  const handedOut = Number(queue.handedOut);
  const seconds = before === undefined ? 0 : (atMs - before.atMs) / 1000;
  const more = before === undefined ? 0 : handedOut - before.handedOut;
  const rate = seconds > 0 && more > 0 ? more / seconds : 0;
  return [...history, { atMs, handedOut, pending: Number(queue.pending), rate }].slice(-maxSamples);
}
