/** Violations of one kind: how many, and the first ones. */
export type Problem = { kind: string; count: number; examples: string[] };

/** Enough to see a pattern; the database has the rest. */
const EXAMPLES_MAX = 20;

/** Collects violations by kind. */
export function createProblems(): { add: (kind: string, example: string) => void; list: () => Problem[] } {
  const kinds = new Map<string, Problem>();
  return {
    add: (kind, example) => {
      const known = kinds.get(kind) ?? { kind, count: 0, examples: [] };
      kinds.set(kind, known);
      known.count += 1;
      if (known.examples.length < EXAMPLES_MAX) known.examples.push(example);
    },
    list: () => [...kinds.values()],
  };
}
