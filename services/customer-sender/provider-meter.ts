import type { Metrics } from "#core/runtime/metrics.ts";
import type { ProviderMeter } from "./governors.ts";

// From a fast answer to the time-out's maximum.
const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];

/** How the mail provider answers. No label names a domain: there may be thousands. */
export function providerMeter(metrics: Metrics): ProviderMeter {
  const calls = metrics.histogram({
    name: "fanfare_provider_call_seconds",
    help: "Time of a call to the mail provider, by what became of it.",
    labelNames: ["answer"],
    buckets: seconds,
  });
  const breakers = metrics.gauge({
    name: "fanfare_provider_open_breakers",
    help: "Sending domains that the mail provider takes nothing from at the moment.",
  });
  return {
    answered: (answer, duration) => calls.observe({ answer }, duration),
    openBreakers: (count) => breakers.set(count),
  };
}
