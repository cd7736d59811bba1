import { createClient } from "@connectrpc/connect";
import { useEffect, useRef, useState } from "react";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { transport } from "../../../connect/transport.ts";

/** Which dead letters go back: these, or every one that matches. */
export type RequeueChoice = { ids: string[] } | { queue: string; reason: string; all: boolean };

/** How far it is. `remaining` is unknown before the first answer. */
export type RequeueState = {
  phase: "waiting" | "running" | "stopped" | "done" | "failed";
  requeued: number;
  remaining: number | undefined;
  error: unknown;
};

const client = createClient(QueueService, transport);
const waiting: RequeueState = { phase: "waiting", requeued: 0, remaining: undefined, error: undefined };
// What one call takes.
const maxIdsPerCall = 1_000;

/** Puts dead letters back, call after call until none remains or somebody stops it; leaving the page stops it too. */
export function useRequeue(onChange: () => void) {
  const [state, setState] = useState<RequeueState>(waiting);
  const stopper = useRef<AbortController>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);
  const start = async (choice: RequeueChoice) => {
    const { signal } = (stopper.current = new AbortController());
    setState({ ...waiting, phase: "running" });
    try {
      await requeueAll(choice, signal, (requeued, remaining) =>
        setState({ phase: "running", requeued, remaining, error: undefined }),
      );
      setState((before) => ({ ...before, phase: "done" }));
    } catch (error) {
      setState((before) =>
        signal.aborted ? { ...before, phase: "stopped" } : { ...before, phase: "failed", error },
      );
    }
    onChange();
  };
  return { state, start, stop: () => stopper.current?.abort(), reset: () => setState(waiting) };
}

async function requeueAll(
  choice: RequeueChoice,
  signal: AbortSignal,
  told: (requeued: number, remaining: number) => void,
): Promise<void> {
  let requeued = 0;
  if ("ids" in choice) {
    for (let at = 0; at < choice.ids.length; at += maxIdsPerCall) {
      const ids = choice.ids.slice(at, at + maxIdsPerCall);
      requeued += (await client.requeueDeadLetters({ ids }, { signal })).requeued;
      told(requeued, choice.ids.length - at - ids.length);
    }
    return;
  }
  for (;;) {
    const answer = await client.requeueDeadLetters(choice, { signal });
    requeued += answer.requeued;
    told(requeued, answer.remaining);
    // A call that moves nothing would be repeated for ever.
    if (answer.remaining === 0 || answer.requeued === 0) return;
  }
}
