import type { KV } from "@nats-io/kv";
import { Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import type { HeldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";

/**
 * Counts how often handling a message failed. The broker's own count will not do, since waiting (`nak` with a delay) adds to it.
 * Kept in a key-value bucket beside the streams so that all instances share it. Best effort: a failure that cannot be counted
 * is not counted, and the message is tried again. Keys are never removed by hand: each names one publication of one message, and
 * a removed key would leave a marker as large as itself; the bucket forgets them by age.
 */
export type Failures = {
  /** Counts one more; undefined when the bucket is away. */
  add(message: HeldMessage): Promise<number | undefined>;
};

export const failuresBucket = "FAILURES";
// After the bucket was away it is left alone for a while: thousands of messages that fail together must not each wait for a time-out.
const restMs = 5_000;
const bucketTimeoutMs = 2_000;

export function createFailures(connection: NatsConnection, log: Logger): Failures {
  let opening: Promise<KV> | undefined;
  let restUntilMs = 0;
  // Read directly, as in the other languages: the subject then names the key, and a worker's rights end at its own stream's.
  const options = { timeout: bucketTimeoutMs, allow_direct: true };
  const bucket = () => (opening ??= new Kvm(connection).open(failuresBucket, options));
  return {
    add: async (message) => {
      if (Date.now() < restUntilMs) return undefined;
      try {
        const kv = await bucket();
        const key = `${message.stream}.${message.sequence}.${message.publishedAtMs}`;
        // A message that was never handed out before cannot have failed before.
        const before = message.deliveries > 1 ? ((await kv.get(key))?.string() ?? "0") : "0";
        const failures = Number.parseInt(before, 10) + 1;
        await kv.put(key, String(failures));
        return failures;
      } catch (error) {
        if (Date.now() >= restUntilMs) log.warn({ err: error }, "failures cannot be counted");
        opening = undefined;
        restUntilMs = Date.now() + restMs;
        return undefined;
      }
    },
  };
}
