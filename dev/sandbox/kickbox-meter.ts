/** Counts what Kickbox limits: calls in flight, and calls a minute. */
export type KickboxMeter = {
  /** Takes a place; false when one of the limits is reached. 0 means no limit. */
  enter(nowMs: number, maxInFlight: number, maxPerMinute: number): boolean;
  leave(): void;
  clear(): void;
};

const MINUTE_MS = 60_000;

export function createKickboxMeter(): KickboxMeter {
  let inFlight = 0;
  let windowStartMs = 0;
  let inWindow = 0;
  return {
    enter(nowMs, maxInFlight, maxPerMinute) {
      if (nowMs - windowStartMs >= MINUTE_MS) {
        windowStartMs = nowMs;
        inWindow = 0;
      }
      if (maxInFlight > 0 && inFlight >= maxInFlight) return false;
      if (maxPerMinute > 0 && inWindow >= maxPerMinute) return false;
      inFlight++;
      inWindow++;
      return true;
    },
    leave() {
      inFlight = Math.max(0, inFlight - 1);
    },
    clear() {
      inWindow = 0;
    },
  };
}
