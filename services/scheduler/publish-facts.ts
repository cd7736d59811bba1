// Publishes the log of facts: activities and changes of suppressions, each agency's in order. A crash after the publication and before the
// commit publishes them again, at the same positions; readers skip what they have.
import type { Round, SchedulerDeps } from "./deps.ts";

// Some 25 ms of work, and then whoever asks for the way may pass; two and a half times as many at once cost no less each.
const maxFactsPerRound = 2_000;

export async function publishFacts({ facts, publisher, name, nowMs }: SchedulerDeps): Promise<Round> {
  if (facts === undefined) return { more: false };
  const about = { source: name, timeMs: nowMs() };
  const published = await facts.publishNext(maxFactsPerRound, about, async (messages) => {
    // One after the other: order is the point.
    for (const message of messages) await publisher.publishAll([message]);
  });
  return { more: published === maxFactsPerRound };
}
