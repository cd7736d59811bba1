/** Chance that can be played again: one seed, one history. */
export type Chance = {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  /** Between the two on a logarithmic scale: short waits are common and long ones happen. */
  spread(least: number, most: number): number;
  hits(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
};

/** mulberry32: 32 bits of state, a few nanoseconds a draw. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Neighbouring seeds begin alike; a few draws set them apart.
  for (let i = 0; i < 4; i++) next();
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    spread: (least, most) => Math.round(least * (most / least) ** next()),
    hits: (probability) => probability > 0 && next() < probability,
    pick: (from) => {
      if (from.length === 0) throw new Error("There is nothing to pick from.");
      return from[Math.floor(next() * from.length)]!;
    },
  };
}
