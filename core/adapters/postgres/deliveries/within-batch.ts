import { sql, type RawBuilder } from "kysely";

/**
 * For deliveries `d`. A condition that says nothing new and everything to the planner: the sequences of a batch lie between these two. Without it a blast
 * that is younger than the table's statistics is taken for a few rows, and each batch reads all of the blast's rows once for every
 * delivery: 10 s instead of 10 ms for 20,000.
 */
export function withinBatch(seqs: readonly number[]): RawBuilder<unknown> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const seq of seqs) {
    first = Math.min(first, seq);
    last = Math.max(last, seq);
  }
  return seqs.length === 0 ? sql`` : sql`AND d.seq BETWEEN ${first}::int AND ${last}::int`;
}
