// Lets go what is older than anybody asks for: whole months of deliveries, their facts and activities, and webhooks that were applied long ago.
// Nothing leaves that may still change. Dropping twice is harmless.
import type { Round, SchedulerDeps } from "./deps.ts";

// A webhook comes again for eight hours, and its token is good for twelve; the nightly audit looks a week back.
const keepEventsDays = 35;
const maxEventsPerRound = 10_000;

export async function forgetOld({ retention, log }: SchedulerDeps): Promise<Round> {
  if (retention === undefined) return { more: false };
  const { store, keepMonths } = retention;
  for await (const { month, kept } of store.dropOldMonths(keepMonths)) {
    if (kept === undefined) log.info({ month }, "a month of deliveries and activities was dropped");
    else log.warn({ month, kept }, "an old month is kept: something of it may still change");
  }
  const forgotten = await store.forgetEvents(keepEventsDays, maxEventsPerRound);
  return { more: forgotten === maxEventsPerRound };
}
