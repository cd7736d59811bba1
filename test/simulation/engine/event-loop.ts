/** Simulated time: things happen at moments, in order, and nothing else makes time pass. */
export type EventLoop = {
  /** Milliseconds since the epoch, by the simulated database's clock. */
  readonly nowMs: number;
  readonly events: number;
  /** Runs `work` after a delay. Equal moments keep the order in which they were asked for. */
  after(delayMs: number, work: () => void): void;
  /** To be called by whoever settles a promise, so that its followers run before the next event. */
  touch(): void;
  /** Runs events until `isOver`, or until the moment or the number of events is passed. */
  run(o: {
    untilMs: number;
    maxEvents: number;
    isOver: () => boolean;
  }): Promise<"over" | "late" | "too_many_events">;
};

type Event = { atMs: number; order: number; work: () => void };

/** A whole history is one loop; it begins at `startMs`. */
export function createEventLoop(startMs: number): EventLoop {
  const heap: Event[] = [];
  let nowMs = startMs;
  let order = 0;
  let events = 0;
  let touched = false;

  return {
    get nowMs() {
      return nowMs;
    },
    get events() {
      return events;
    },
    after(delayMs, work) {
      push(heap, { atMs: nowMs + Math.max(0, delayMs), order: order++, work });
    },
    touch() {
      touched = true;
    },
    run: ({ untilMs, maxEvents, isOver }) =>
      new Promise((resolve, reject) => {
        const step = () => {
          try {
            for (;;) {
              if (isOver()) return resolve("over");
              if (events >= maxEvents) return resolve("too_many_events");
              if (heap.length === 0 || heap[0]!.atMs > untilMs) {
                nowMs = untilMs;
                return resolve("late");
              }
              const next = pop(heap)!;
              nowMs = next.atMs;
              events += 1;
              touched = false;
              next.work();
              if (touched) return afterMicrotasks(step);
            }
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        afterMicrotasks(step);
      }),
  };
}

/**
 * Promises' followers are microtasks. Node runs all of them, and those they ask for, before a tick that a microtask asked for; an immediate
 * would come after them too, but takes a turn of libuv's loop with its system calls, which is more than most events cost.
 */
function afterMicrotasks(step: () => void): void {
  queueMicrotask(() => process.nextTick(step));
}

function before(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
    if (!before(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
