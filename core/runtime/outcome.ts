/**
 * What became of one message. A closed union: handlers return it, and `settle.ts` alone turns it into acknowledgements.
 * A handler that throws is the same as `retry` for every message of its batch.
 */
export type Outcome =
  | Readonly<{ kind: "done" }>
  | Readonly<{ kind: "skip"; reason: string }>
  | Readonly<{ kind: "retry"; reason: string; delayMs?: number }>
  | Readonly<{ kind: "defer"; reason: string; delayMs: number }>
  | Readonly<{ kind: "reject"; reason: string; detail: string }>;

// One shared value: under load it is made thousands of times a second.
const theDone: Outcome = Object.freeze({ kind: "done" });

/** The effect is committed. */
export function done(): Outcome {
  return theDone;
}

/** Decided not to act, and recorded that. */
export function skip(reason: string): Outcome {
  return { kind: "skip", reason };
}

/** May work later. Counts as a failure; the contract's back-off applies unless `delayMs` is given. */
export function retry(reason: string, delayMs?: number): Outcome {
  return delayMs === undefined ? { kind: "retry", reason } : { kind: "retry", reason, delayMs };
}

/** Not now: paused, rate, back-pressure. Never counts as a failure. */
export function defer(reason: string, delayMs: number): Outcome {
  return { kind: "defer", reason, delayMs };
}

/** Never will work. The message is stored as a dead letter, whole, and only then taken off its queue. */
export function reject(reason: string, detail: string): Outcome {
  return { kind: "reject", reason, detail };
}
