import type { Fact, FactsLogged } from "#gen/fanfare/event/v1/facts_pb.js";

/**
 * Facts of each agency once and in order: what came before is skipped. Throws where facts are missing, at the beginning or between: the stream
 * no longer has them, and only the log in PostgreSQL does.
 */
export async function* inOrder(
  messages: AsyncIterable<FactsLogged>,
): AsyncGenerator<{ agencyId: string; facts: Fact[] }> {
  const positions = new Map<string, number>();
  for await (const { agencyId, firstPosition, facts } of messages) {
    const known = positions.get(agencyId) ?? 0;
    const first = Number(firstPosition);
    if (first > known + 1)
      throw new Error(
        `The stream lacks facts ${known + 1} to ${first - 1} of agency ${agencyId}: it is younger than they are, or has given them up for room. ` +
          "Build from the log in the database instead.",
      );
    const fresh = facts.slice(known + 1 - first);
    if (fresh.length === 0) continue;
    positions.set(agencyId, known + fresh.length);
    yield { agencyId, facts: fresh };
  }
}
