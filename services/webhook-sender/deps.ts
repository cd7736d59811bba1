import type { ClaimedMessage } from "#core/adapters/postgres/webhooks/claim-messages.ts";
import type { WebhookStore } from "#core/adapters/postgres/webhooks/sender-store.ts";
import type { Answer } from "#core/adapters/webhooks/post.ts";
import type { Logger } from "#core/runtime/log.ts";

export type { ClaimedMessage };

/** What webhook-sender needs of the world. */
export interface WebhookSenderDeps {
  store: WebhookStore;
  /** Posts to a stranger's address; never throws, and ends within `timeoutMs`. */
  post: (
    url: string,
    o: { headers: Record<string, string>; body: string; timeoutMs: number },
  ) => Promise<Answer>;
  log: Logger;
  /** Program and host, for headers. */
  name: string;
  nowMs: () => number;
  monotonicMs: () => number;
  random: () => number;
  timeoutMs: number;
  backoffInitialMs: number;
  /** Counts tries by what came of them. */
  onTried?: (result: string) => void;
}
