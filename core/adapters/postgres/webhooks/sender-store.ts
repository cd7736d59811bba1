import type { Database } from "../database.ts";
import { announce, type OutboxMessage } from "../outbox/announce.ts";
import { claimMessages, type ClaimedMessage, type ClaimLimits } from "./claim-messages.ts";
import { forgetMessages } from "./forget-messages.ts";
import { disableEndpoint, recordAttempt, type TriedMessage } from "./record-attempt.ts";

/** Everything webhook-sender asks of the database; each call is one transaction. */
export interface WebhookStore {
  claim: (limits: ClaimLimits) => Promise<ClaimedMessage[]>;
  /**
   * Writes down a try. When that switches the end point off, because it is gone or has failed for longer than `patienceMs`, what
   * `announcement` makes of it is written too. Answers whether it did.
   */
  record: (
    message: ClaimedMessage,
    tried: TriedMessage,
    patienceMs: number,
    announcement: (reason: string, at: Date) => OutboxMessage,
  ) => Promise<boolean>;
  forget: (keepMs: number, limit: number) => Promise<number>;
}

export function createWebhookStore({ asSystem }: Database): WebhookStore {
  return {
    claim: (limits) => asSystem((tx) => claimMessages(tx, limits)),
    record: (message, tried, patienceMs, announcement) =>
      asSystem(async (tx) => {
        await recordAttempt(tx, message, tried);
        if (tried.result === "delivered") return false;
        const reason = tried.result === "gone" ? "gone" : "failing";
        const at = await disableEndpoint(tx, message.endpoint_id, reason, patienceMs);
        if (at !== undefined) await announce(tx, message.agency_id, announcement(reason, at));
        return at !== undefined;
      }),
    forget: (keepMs, limit) => asSystem((tx) => forgetMessages(tx, keepMs, limit)),
  };
}
