// One durable for two languages: each delivery once, and the lane's limit over both. `make mixed` does it with 50,000.
import { expect, it } from "vitest";
import { share } from "./share.ts";

const timeoutMs = 300_000;
const deliveries = 2_000;
// Small enough to be reached by so few.
const limit = 200;

it(
  "hands each delivery to TypeScript or to Go, once, and never more than the limit to both",
  async () => {
    const { byTypeScript, byGo, twice, missing, mostPending, mostHeld } = await share({
      deliveries,
      limit,
      workMs: 40,
    });
    expect({ twice, missing, together: byTypeScript + byGo }).toEqual({
      twice: 0,
      missing: 0,
      together: deliveries,
    });
    expect(Math.min(byTypeScript, byGo)).toBeGreaterThan(0);
    expect(mostPending).toBeLessThanOrEqual(limit);
    expect(mostHeld).toBeLessThanOrEqual(limit);
    // Else it was no test of the limit.
    expect(Math.max(mostPending, mostHeld)).toBeGreaterThan(limit / 2);
  },
  timeoutMs,
);
