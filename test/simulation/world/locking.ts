// Locks of transactions that stay open while others run: shared and closed gates, and row locks.
import type { Locks } from "../memory/stores.ts";

export type Locking = {
  /** Runs `begin` when the locks are free, which may be at once; it then holds them until `release` is called. */
  acquire(locks: Locks, begin: (release: () => void) => void): void;
};

type Wanted = { locks: Locks; begin: (release: () => void) => void };
type Held = { shared: number; closed: boolean };

export function createLocking(): Locking {
  const gates = new Map<string, Held>();
  const rows = new Set<string>();
  let waiting: Wanted[] = [];

  function isFree({ gate, rows: blastId }: Locks): boolean {
    if (blastId !== undefined && rows.has(blastId)) return false;
    const held = gate && gates.get(gate.agencyId);
    if (gate === undefined || held === undefined) return true;
    return gate.closed ? held.shared === 0 && !held.closed : !held.closed;
  }

  function take({ locks, begin }: Wanted): void {
    const { gate, rows: blastId } = locks;
    if (blastId !== undefined) rows.add(blastId);
    if (gate !== undefined) {
      const held = gates.get(gate.agencyId) ?? { shared: 0, closed: false };
      if (gate.closed) held.closed = true;
      else held.shared += 1;
      gates.set(gate.agencyId, held);
    }
    let released = false;
    begin(() => {
      if (released) return;
      released = true;
      if (blastId !== undefined) rows.delete(blastId);
      const held = gate && gates.get(gate.agencyId)!;
      if (held && gate.closed) held.closed = false;
      else if (held) held.shared -= 1;
      serve();
    });
  }

  function serve(): void {
    const queue = waiting;
    waiting = [];
    for (const wanted of queue) {
      if (isFree(wanted.locks)) take(wanted);
      else waiting.push(wanted);
    }
  }

  return {
    acquire(locks, begin) {
      // PostgreSQL queues: nobody overtakes a decision that waits for the gate.
      const overtakes =
        locks.gate !== undefined &&
        waiting.some(
          ({ locks: other }) => other.gate?.closed === true && other.gate.agencyId === locks.gate!.agencyId,
        );
      if (!overtakes && isFree(locks)) take({ locks, begin });
      else waiting.push({ locks, begin });
    },
  };
}
