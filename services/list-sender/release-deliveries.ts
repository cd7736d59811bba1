// The feeder. PostgreSQL holds the backlog; each lane has a bounded window of released deliveries on the queue, shared by its agencies. Publish, then
// advance the marks: a crash in between releases one round twice, which claims absorb. Any number of feeders may run.
import type { FedBlast, PortionRow, WhichToFeed } from "#core/adapters/postgres/blasts/feed.ts";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import type { Arrears } from "./arrears.ts";
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

/** What a round may be other than ordinary. */
export type RoundOptions = {
  /** "new": only blasts that were never fed, beside the round that feeds the others. */
  which?: WhichToFeed;
  /** What the lane's agencies have had from this feeder. */
  arrears?: Arrears;
};

/** What a round found: blasts that had a backlog and might be fed, deliveries that it released, and whether something is left of them. */
export type Round = { hungry: number; released: number; left: boolean };

/** One round: tops up what the lane's agencies may have on the queue. */
export async function releaseLane(
  deps: FeederDeps,
  lane: LaneText,
  { which = "all", arrears }: RoundOptions = {},
): Promise<Round> {
  const blasts = await deps.store.takeBlastsToFeed(lane, maxBlastsPerRound, which);
  if (blasts.length === 0) return { hungry: 0, released: 0, left: false };
  try {
    const portions: Released[] = [];
    const nowMs = deps.nowMs();
    const owed = arrears?.owed(blasts, nowMs);
    const plan = { window: deps.blastWindow, turn: nowMs, owed, quietMs: deps.quietMs?.() };
    for (const { blast, size } of planPortions(blasts, plan)) {
      const rows = await deps.store.nextPortion(blast, size);
      if (rows.length > 0) portions.push({ blast, rows });
      // After a rewind, messages from before it had done the rest. Without the mark the blast would be taken at every round until it ends.
      else await deps.store.markReleased(blast, { lastSeq: blast.released_seq, count: blast.backlog });
    }
    // A rate is a promise to somebody outside: what is taken off it and then not published makes the agency slower for a moment, never faster.
    await spendAllowances(deps, portions);
    if (which === "all") await deps.giveWay?.();
    await deps.publisher.publishAll(envelopesInTurn(deps, portions));
    for (const { blast, rows } of portions) arrears?.had(blast, rows.length);
    await mark(deps, portions);
    const released = countOf(portions);
    return {
      hungry: blasts.length,
      released,
      left: released < blasts.reduce((sum, { backlog }) => sum + backlog, 0),
    };
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
