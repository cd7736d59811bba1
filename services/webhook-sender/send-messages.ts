// Takes messages that are due and keeps a bounded number of tries in the air. Rows are the truth: what a sender that died had in its hands is
// due again when its lease is over.
import { startTicker, type Ticker } from "#core/runtime/ticker.ts";
import { deliverMessage } from "./deliver-message.ts";
import type { ClaimedMessage, WebhookSenderDeps } from "./deps.ts";

// A fact rings the bell; this is for retries, and for a bell that was not heard.
const everyMs = 500;
// A try is a socket that mostly waits. Those that fail take their time-out each, so they may have half and no more.
const maxInFlight = 512;
const maxFailingInFlight = 256;
// Nothing is left of a time-out then, with room for the record.
const leaseTimeouts = 2;

/** Starts sending. `stop` waits for the tries in the air, which end within the time-out. */
export function startSending(deps: WebhookSenderDeps): Ticker {
  const inFlight = new Set<Promise<void>>();
  let failing = 0;

  async function begin(message: ClaimedMessage): Promise<void> {
    failing += message.failing ? 1 : 0;
    await deliverMessage(deps, message);
    failing -= message.failing ? 1 : 0;
    // Its end point's queue may have more.
    ticker.wake();
  }

  const ticker = startTicker({
    name: "send-messages",
    everyMs,
    log: deps.log,
    round: async () => {
      const healthy = maxInFlight - maxFailingInFlight - (inFlight.size - failing);
      const room = { healthy, failing: maxFailingInFlight - failing };
      if (room.healthy <= 0 && room.failing <= 0) return { more: false };
      const claimed = await deps.store.claim({
        healthy: Math.max(0, room.healthy),
        failing: Math.max(0, room.failing),
        leaseMs: leaseTimeouts * deps.timeoutMs,
      });
      for (const message of claimed) {
        const trying = begin(message).finally(() => inFlight.delete(trying));
        inFlight.add(trying);
      }
      return { more: false };
    },
  });
  return {
    wake: ticker.wake,
    async stop() {
      await ticker.stop();
      await Promise.all(inFlight);
    },
  };
}
