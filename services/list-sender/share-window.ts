// How a lane's window is shared. Pure.

/** What an agency has and wants on a lane, in deliveries. */
export type Demand = {
  /** Its part beside the others. */
  weight: number;
  /** What it could use: what it has on the queue and its backlog behind it, or a cap of its own. */
  wanted: number;
};

/**
 * Shares `window` by weight; what one cannot use goes to the others in the same proportion (weighted max-min fairness). Answers whole deliveries
 * in the order of `demands`; their sum is the window at most, and everybody who wants something gets at least one.
 */
export function shareWindow(window: number, demands: readonly Demand[]): number[] {
  const shares = demands.map(() => 0);
  let left = Math.max(0, window);
  let weights = demands.reduce((sum, { weight }) => sum + weight, 0);
  // Whoever wants least for his weight is satisfied first; what he leaves raises the part of all that follow.
  const byNeed = demands
    .map(({ weight, wanted }, index) => ({ index, weight, wanted, need: wanted / weight }))
    .toSorted((a, b) => a.need - b.need);
  for (const { index, weight, wanted } of byNeed) {
    const part = Math.min(wanted, Math.max(1, Math.floor((left * weight) / weights)));
    shares[index] = part;
    left = Math.max(0, left - part);
    weights -= weight;
  }
  return shares;
}
