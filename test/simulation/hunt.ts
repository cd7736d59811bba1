import type { PlantedBug } from "./planted-bugs.ts";
import type { Pool } from "./pool.ts";

export type Hunt = {
  bug: PlantedBug;
  found: boolean;
  /** Histories until it was found. */ histories: number;
  seed: number | undefined;
  violation: string;
};

// A thread's share between two looks at what the others found.
const portionHistories = 50;

/** Runs histories with a planted bug until one notices it, at most `atMost`. */
export async function hunt(pool: Pool, bug: PlantedBug, o: { base: number; atMost: number }): Promise<Hunt> {
  let histories = 0;
  for (let first = 0; first < o.atMost; first += portionHistories) {
    const count = Math.min(portionHistories, o.atMost - first);
    const sum = await pool.run({ base: o.base, first, count, bug: bug.name, stopAtFirst: true });
    histories += sum.histories;
    const finding = sum.findings[0];
    if (finding !== undefined)
      return { bug, found: true, histories, seed: finding.seed, violation: finding.violations[0]! };
  }
  return { bug, found: false, histories, seed: undefined, violation: "" };
}
