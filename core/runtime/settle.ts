import type { NatsConnection } from "@nats-io/transport-node";
import type { WorkContract } from "./contract.ts";
import type { DeadLetterCause } from "./dead-letter.ts";
import { deadLettered, storeDeadLetter } from "./dead-letter.ts";
import type { Failures } from "./failures.ts";
import type { HeldMessage } from "./held-message.ts";
import type { Logger } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import { fullJitter } from "./retry.ts";

/** Turns outcomes into acknowledgements, for one lane. Nothing else acknowledges. */
export type Settler = {
  /** Undefined when it was settled on the spot; else resolves when it is. Never rejects. */
  settle(message: HeldMessage, outcome: Outcome): Promise<void> | undefined;
  /** Stores the message as a dead letter, then takes it off its queue. Never rejects. */
  bury(message: HeldMessage, cause: DeadLetterCause): Promise<void>;
};

// A delay that a handler asks for by mistake must not park a message for ever.
const maxDelayMs = 24 * 3_600_000;

export function createSettler(o: {
  connection: NatsConnection;
  contract: WorkContract;
  durable: string;
  worker: string;
  failures: Failures;
  log: Logger;
  onNak: () => void;
  onDeadLetter: (reason: string) => void;
}): Settler {
  const { connection, contract, durable, worker, failures, log, onNak, onDeadLetter } = o;
  const { typeName, maxFailures, backoffInitialMs, backoffMaxMs } = contract;

  const backoff = (attempt: number) => fullJitter(attempt, backoffInitialMs, backoffMaxMs, Math.random());

  const nak = (message: HeldMessage, delayMs: number) => {
    message.nak(Math.min(Math.max(0, delayMs), maxDelayMs));
    onNak();
  };

  async function fail(message: HeldMessage, reason: string, delayMs: number | undefined): Promise<void> {
    const count = await failures.add(message);
    if (count !== undefined && count >= maxFailures) {
      const detail = `Handling failed ${count} times; the last time: ${reason}`;
      return bury(message, { reason: "failures_spent", detail, failures: count });
    }
    nak(message, delayMs ?? backoff(count ?? message.deliveries));
  }

  async function bury(message: HeldMessage, cause: DeadLetterCause): Promise<void> {
    const timeMs = Date.now();
    const letter = deadLettered(message, cause, { typeName, durable, worker, timeMs });
    try {
      await storeDeadLetter(connection, letter, timeMs);
      message.term(cause.reason);
      onDeadLetter(cause.reason);
      log.warn({ deadLetterId: letter.id, reason: cause.reason, subject: message.subject }, "dead letter");
    } catch (error) {
      log.error(
        { deadLetterId: letter.id, err: error },
        "a dead letter could not be stored; its message stays on the queue",
      );
      quietly(() => nak(message, backoff(message.deliveries)));
    }
  }

  function quietly(act: () => void): void {
    try {
      act();
    } catch (error) {
      // The connection is closed. The broker hands the message out again after the ack wait, and the handler absorbs that.
      log.warn({ err: error }, "a message could not be settled");
    }
  }

  return {
    bury,
    settle: (held, outcome) => {
      switch (outcome.kind) {
        case "done":
        case "skip":
          quietly(() => held.ack());
          return undefined;
        case "defer":
          quietly(() => nak(held, outcome.delayMs));
          return undefined;
        case "retry":
          return fail(held, outcome.reason, outcome.delayMs).catch((error: unknown) => {
            log.warn({ err: error }, "a message could not be settled");
          });
        case "reject":
          return bury(held, {
            reason: "rejected",
            detail: `${outcome.reason}: ${outcome.detail}`,
            failures: 0,
          });
        default:
          return outcome satisfies never;
      }
    },
  };
}
