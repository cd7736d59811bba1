// The feeder. PostgreSQL holds the backlog; each lane has a bounded window of released deliveries on the queue, shared by its agencies. Publish, then
// advance the marks: a crash in between releases one round twice, which claims absorb. Any number of feeders may run.
import type { PortionRow } from "#core/adapters/postgres/blast-store.ts";
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import { deliveryEnvelopes } from "./delivery-envelopes.ts";
import type { FeederDeps } from "./deps.ts";
import { planPortions, slice } from "./plan-portions.ts";

/** Every lane, the one that waits for none first. */
export const lanes: readonly LaneText[] = ["urgent", "standard", "bulk"];

// Blasts looked after in one round of a lane. Those beyond wait for the next one, longest unfed first.
const maxBlastsPerRound = 200;

/** One round of each of these lanes. Answers how many deliveries it released. */
export async function releaseDeliveries(deps: FeederDeps, which = lanes): Promise<number> {
  let released = 0;
  for (const lane of which) released += (await releaseLane(deps, lane)).released;
  return released;
}

/** One round: tops up what the lane's agencies may have on the queue. `hungry`: blasts that have a backlog and may be fed. */
export async function releaseLane(
  deps: FeederDeps,
  lane: LaneText,
): Promise<{ hungry: number; released: number }> {
  const blasts = await deps.store.takeBlastsToFeed(lane, maxBlastsPerRound);
  if (blasts.length === 0) return { hungry: 0, released: 0 };
  try {
    const portions: Released[] = [];
    for (const { blast, size } of planPortions(blasts, deps.blastWindow, deps.nowMs())) {
      const rows = await deps.store.nextPortion(blast, size);
      if (rows.length > 0) portions.push({ blast, rows });
      // After a rewind, messages from before it had done the rest. Without the mark the blast would be taken at every round until it ends.
      else await deps.store.markReleased(blast, { lastSeq: blast.released_seq, count: blast.backlog });
    }
    // A rate is a promise to somebody outside: what is taken off it and then not published makes the agency slower for a moment, never faster.
    await spendAllowances(deps, portions);
    await deps.publisher.publishAll(envelopesInTurn(deps, portions));
    await mark(deps, portions);
    return { hungry: blasts.length, released: countOf(portions) };
  } finally {
    await deps.store.giveBack(blasts.map((blast) => blast.id));
  }
}

type Released = { blast: FedBlast; rows: readonly PortionRow[] };

async function mark(deps: FeederDeps, portions: readonly Released[]): Promise<void> {
  for (const { blast, rows } of portions) {
    const advanced = await deps.store.markReleased(blast, { lastSeq: rows.at(-1)!.seq, count: rows.length });
    if (!advanced) deps.log.warn({ blastId: blast.id }, "a portion was released twice; claims absorb it");
  }
}

async function spendAllowances(deps: FeederDeps, portions: readonly Released[]): Promise<void> {
  const limited = portions.filter(({ blast }) => blast.allowance !== null);
  if (limited.length === 0) return;
  const counts = Map.groupBy(limited, ({ blast }) => blast.agency_id);
  await deps.store.spendAllowances([...counts].map(([agencyId, own]) => ({ agencyId, count: countOf(own) })));
}

function countOf(portions: readonly Released[]): number {
  return portions.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** In the order in which they are to leave: each blast's in turn, a slice at a time. */
function envelopesInTurn(deps: FeederDeps, portions: readonly Released[]): Envelope[] {
  const about = { source: deps.name, timeMs: deps.nowMs() };
  // One blast alone is in order already.
  if (portions.length === 1) return deliveryEnvelopes(portions[0]!.blast, portions[0]!.rows, about);
  const inTurn = portions.flatMap(({ blast, rows }) =>
    deliveryEnvelopes(blast, rows, about).map((envelope, index) => ({
      envelope,
      turn: Math.floor(index / (slice * blast.weight)),
    })),
  );
  inTurn.sort((a, b) => a.turn - b.turn);
  return inTurn.map(({ envelope }) => envelope);
}
