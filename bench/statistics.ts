/** The middle one, or the mean of the two in the middle. Throws for no values. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** By linear interpolation between the nearest ranks, as NumPy does. Throws for no values. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error("nothing was measured, so there is no percentile");
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

/** Jain's index of fairness: 1 when all have the same, 1/n when one has it all. */
export function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : sum ** 2 / (shares.length * squares);
}
