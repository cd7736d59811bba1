// Forgets messages that nobody can want any more, in portions, so that no deletion is long.
import type { WebhookSenderDeps } from "./deps.ts";

// What failed may be sent again for as long.
const keepMs = 30 * 24 * 3_600_000;
const maxMessagesPerRound = 5_000;

export async function forgetOld({ store, log }: WebhookSenderDeps): Promise<{ more: boolean }> {
  const forgotten = await store.forget(keepMs, maxMessagesPerRound);
  if (forgotten > 0) log.info({ forgotten }, "old webhook messages forgotten");
  return { more: forgotten === maxMessagesPerRound };
}
