import type { HeldMessage } from "./held-message.ts";

/** Keeps the broker from handing one lane's held messages to somebody else while they wait or are worked on. */
export type Heartbeat = {
  hold: (message: HeldMessage) => void;
  release: (message: HeldMessage) => void;
  /** Forgets every message, and sees to it that none is acknowledged any more. */
  disown: () => void;
  stop: () => void;
};

/**
 * One timer for every held message, each third of the ack wait. A message younger than a third needs no heartbeat, so fast work
 * costs no traffic; the longest silence is two thirds. Without a connection it says nothing: the client would keep every word for later.
 */
export function startHeartbeat(ackWaitMs: number, connected: () => boolean): Heartbeat {
  const held = new Set<HeldMessage>();
  const intervalMs = Math.max(1, Math.floor(ackWaitMs / 3));
  const timer = setInterval(() => {
    if (!connected()) return;
    const now = Date.now();
    try {
      // heldAtMs never moves: once a message is slow, every tick speaks for it.
      for (const message of held) if (now - message.heldAtMs >= intervalMs) message.working();
    } catch {
      // The connection is closed for good; the broker hands the messages to others, which is right.
    }
  }, intervalMs);
  timer.unref();
  return {
    hold: (message) => void held.add(message),
    release: (message) => void held.delete(message),
    disown: () => {
      for (const message of held) message.settled = true;
      held.clear();
    },
    stop: () => clearInterval(timer),
  };
}
