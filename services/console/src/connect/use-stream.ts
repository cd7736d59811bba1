import type {
  DescMessage,
  DescMethodServerStreaming,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { useEffect, useState } from "react";
import { transport } from "./transport.ts";

const firstWaitMs = 500;
const maxWaitMs = 15_000;

/** What a server stream said last. */
export type StreamState<T> = { latest: T | undefined; live: boolean; error: unknown };

/**
 * Follows a server stream while the component is shown and the page is visible: the newest message, painted at most once a frame.
 * A stream that breaks is opened again with growing pauses; one that ends by itself stays ended.
 * `request` is compared by its JSON, so it may be written in place.
 */
export function useStream<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  request: MessageInitShape<I> | undefined,
): StreamState<MessageShape<O>> {
  const [state, setState] = useState<StreamState<MessageShape<O>>>({
    latest: undefined,
    live: false,
    error: undefined,
  });
  const key = request === undefined ? undefined : JSON.stringify(request);
  useEffect(() => {
    if (key === undefined) return undefined;
    const stop = new AbortController();
    void follow(method, JSON.parse(key) as MessageInitShape<I>, stop.signal, setState);
    return () => stop.abort();
  }, [method, key]);
  return state;
}

async function follow<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  request: MessageInitShape<I>,
  signal: AbortSignal,
  set: (change: (state: StreamState<MessageShape<O>>) => StreamState<MessageShape<O>>) => void,
): Promise<void> {
  const paint = painter(set, signal);
  let waitMs = firstWaitMs;
  const client = createClient(method.parent, transport) as unknown as Record<
    string,
    (request: MessageInitShape<I>, o: { signal: AbortSignal }) => AsyncIterable<MessageShape<O>>
  >;
  while (!signal.aborted) {
    try {
      for await (const message of client[method.localName]!(request, { signal })) {
        waitMs = firstWaitMs;
        paint(message);
      }
      paint.end();
      return;
    } catch (error) {
      if (signal.aborted) return;
      set((state) => ({ ...state, live: false, error }));
      const { code } = ConnectError.from(error);
      if (code === Code.NotFound || code === Code.PermissionDenied || code === Code.Unauthenticated) return;
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, maxWaitMs);
    }
  }
}

/** Keeps only the newest message until the next frame: ten thousand changes a second cost sixty paints. */
function painter<T>(set: (change: (state: StreamState<T>) => StreamState<T>) => void, signal: AbortSignal) {
  let waiting: T | undefined;
  const paint = (message: T) => {
    const scheduled = waiting !== undefined;
    waiting = message;
    if (scheduled) return;
    requestAnimationFrame(() => {
      const latest = waiting;
      waiting = undefined;
      if (!signal.aborted) set(() => ({ latest, live: true, error: undefined }));
    });
  };
  paint.end = () => set((state) => ({ ...state, live: false, error: undefined }));
  return paint;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
