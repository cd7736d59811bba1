/** What a proxy does to what passes it, in the manner of Shopify's Toxiproxy. Both directions alike. */
export type Toxic =
  /** Every piece arrives later. */
  | { kind: "latency"; latencyMs: number; jitterMs: number }
  /** No faster than this. */
  | { kind: "bandwidth"; bytesPerSecond: number }
  /** An end takes this long to arrive at the other side. */
  | { kind: "slow-close"; delayMs: number }
  /** A connection is reset after so many bytes. */
  | { kind: "reset-after"; bytes: number }
  /** A connection ends, politely, after so many bytes. */
  | { kind: "limit-data"; bytes: number }
  /** Everything is swallowed and nothing ends. */
  | { kind: "black-hole" };

/** What becomes of one piece of data under a toxic; pure, so that it can be read at a glance. */
export type Fate =
  | { kind: "pass"; delayMs: number }
  /** Let so much through, then end the connection in this way. */
  | { kind: "cut"; letThrough: number; by: "reset" | "end" }
  | { kind: "swallow" };

/** Decides about a piece of `bytes` on a connection that has carried `before` bytes since the toxic struck. `random` is in [0, 1). */
export function fateOf(toxic: Toxic | undefined, bytes: number, before: number, random: number): Fate {
  switch (toxic?.kind) {
    case undefined:
    case "slow-close":
      return { kind: "pass", delayMs: 0 };
    case "latency":
      return { kind: "pass", delayMs: Math.max(0, toxic.latencyMs + (random * 2 - 1) * toxic.jitterMs) };
    case "bandwidth":
      return { kind: "pass", delayMs: (bytes / toxic.bytesPerSecond) * 1_000 };
    case "reset-after":
    case "limit-data": {
      const left = toxic.bytes - before;
      if (bytes <= left) return { kind: "pass", delayMs: 0 };
      return {
        kind: "cut",
        letThrough: Math.max(0, left),
        by: toxic.kind === "limit-data" ? "end" : "reset",
      };
    }
    case "black-hole":
      return { kind: "swallow" };
  }
}
