import { setTimeout as delay } from "node:timers/promises";
import { stillSending } from "#core/adapters/postgres/suppressions/still-sending.ts";
import { formatDeliveryId } from "#core/domain/delivery/id.ts";
import type { ApiDeps } from "../../deps.ts";

// Longer than a call to the provider may take, shorter than a person's or a proxy's patience.
const boundMs = 25_000;
const firstPauseMs = 25;
const longestPauseMs = 500;

/**
 * Waits until no mail to the address is on its way any more. Call it after the commit of what suppresses the address: no new claim
 * can begin then, so what is found was claimed before. Answers those still on their way at the bound.
 */
export async function waitForSends(
  deps: Pick<ApiDeps, "database" | "nowMs">,
  agencyId: string,
  addressKey: string,
  signal: AbortSignal,
): Promise<string[]> {
  const until = deps.nowMs() + boundMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const sending = await deps.database.withAgency(agencyId, (tx) => stillSending(tx, agencyId, addressKey));
    if (sending.length === 0 || deps.nowMs() + pauseMs > until) {
      return sending.map(({ blastId, seq }) => formatDeliveryId(blastId, seq));
    }
    await delay(pauseMs, undefined, { signal });
  }
}
