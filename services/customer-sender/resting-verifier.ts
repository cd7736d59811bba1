import type { Logger } from "#core/runtime/log.ts";
import type { AddressVerdict, Verifier } from "./deps.ts";

// Kickbox counts by the minute.
const rateRestMs = 60_000;
// Somebody has to buy credit or mend the key; asking more often would only cost calls.
const creditRestMs = 5 * 60_000;
const restOf: Readonly<Record<string, number>> = {
  rate_limited: rateRestMs,
  out_of_credit: creditRestMs,
  unauthorised: creditRestMs,
};

/**
 * Lets the verifier rest when it says that no question has a prospect: no credit, too many calls, a wrong key. Until the rest is over nothing
 * is asked, and addresses go without a verdict, as they do when the verifier is away.
 */
export function restingVerifier(o: { verifier: Verifier; monotonicMs: () => number; log: Logger }): Verifier {
  const { verifier, monotonicMs, log } = o;
  let restsUntilMs = Number.NEGATIVE_INFINITY;
  return {
    async verifyMany(addresses, signal) {
      if (monotonicMs() < restsUntilMs) return new Map<string, AddressVerdict>();
      const verdicts = await verifier.verifyMany(addresses, signal);
      for (const verdict of verdicts.values()) {
        const restMs = verdict.kind === "unavailable" ? restOf[verdict.reason] : undefined;
        if (restMs === undefined || monotonicMs() < restsUntilMs) continue;
        restsUntilMs = monotonicMs() + restMs;
        log.error(
          { reason: (verdict as { reason: string }).reason, restMs },
          "addresses are not verified for a while",
        );
      }
      return verdicts;
    },
  };
}
