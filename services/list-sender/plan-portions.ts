// Which blasts of a lane release how much now. Pure. Fairness is decided here, by what an agency may have on the queue: messages leave in the order in
// which they came, so whoever holds a tenth of what waits gets a tenth of what the senders do.
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import { shareWindow } from "./share-window.ts";

/** What one blast releases in this round. */
export type Portion = { blast: FedBlast; size: number };

// What waits for a sender beside what the senders have in their hands: two batches, so that a free one never finds the queue empty between two rounds.
// Whoever comes later waits behind it and no more, so it is a fraction of a second of work and not the whole window.
const aheadOfSenders = 1_000;
// A round is one atomic batch (JetStream takes 1,000): memory and time between two looks stay the same whatever the backlog.
export const maxRound = 1_000;
// Of a lane's window that agencies without a backlog may occupy; should their messages be lost, the others go on with the rest.
const othersMost = 3 / 4;
// Topping up by crumbs would cost a transaction for a handful; a quarter of an agency's part, or all that is left of it, is worth one.
const smallestPart = 1 / 4;

/** Portions of one round; `window` is the most that a lane has on the queue. Together at most `maxRound`, each at least 1. */
export function planPortions(blasts: readonly FedBlast[], window: number): Portion[] {
  const agencies = byAgency(blasts.filter((blast) => blast.retrying < window));
  const first = agencies[0]?.[0];
  if (first === undefined) return [];
  const wanted = agencies.map((own) => ({ weight: own[0]!.weight, wanted: wantedOnLane(own) }));
  const shares = shareWindow(partOfLane(first, wanted, window), wanted);
  const rooms = agencies.map((own, index) => ({
    weight: own[0]!.weight,
    wanted: roomOf(own, shares[index] ?? 0),
  }));
  const sizes = shareWindow(
    maxRound,
    rooms.filter((room) => room.wanted > 0),
  );
  return agencies
    .filter((_, index) => rooms[index]!.wanted > 0)
    .flatMap((own, index) => overBlasts(own, sizes[index]!));
}

/** What the agencies of this round may have on the queue together: other feeders' agencies have the rest. */
function partOfLane(
  { lane_sending, lane_others, lane_weight }: FedBlast,
  agencies: readonly { weight: number }[],
  window: number,
): number {
  const open = Math.min(window, lane_sending + aheadOfSenders);
  const others = Math.min(lane_others, Math.floor(open * othersMost));
  const weight = agencies.reduce((sum, agency) => sum + agency.weight, 0);
  return Math.floor(((open - others) * weight) / Math.max(weight, lane_weight));
}

function wantedOnLane(own: readonly FedBlast[]): number {
  const { lane_outstanding, agency_outstanding, in_flight_max } = own[0]!;
  const all = lane_outstanding + backlogOf(own);
  if (in_flight_max === null) return all;
  return Math.max(0, Math.min(all, in_flight_max - (agency_outstanding - lane_outstanding)));
}

function roomOf(own: readonly FedBlast[], share: number): number {
  const { lane_outstanding, allowance } = own[0]!;
  const room = Math.min(share - lane_outstanding, backlogOf(own));
  const crumb = room < share * smallestPart && room < backlogOf(own) && lane_outstanding > 0;
  // A rate may leave less than is worth a round; waiting for more would only make it a bumpy one.
  return room <= 0 || crumb ? 0 : Math.max(0, Math.min(room, allowance ?? room));
}

/** An agency's blasts share what it may release: small ones leave whole, the large ones in turn. */
function overBlasts(own: readonly FedBlast[], size: number): Portion[] {
  const parts = shareWindow(
    size,
    own.map(({ backlog }) => ({ weight: 1, wanted: backlog })),
  );
  return own
    .map((blast, index) => ({ blast, size: parts[index] ?? 0 }))
    .filter((portion) => portion.size > 0);
}

function backlogOf(own: readonly FedBlast[]): number {
  return own.reduce((sum, { backlog }) => sum + backlog, 0);
}

function byAgency(blasts: readonly FedBlast[]): FedBlast[][] {
  return [...Map.groupBy(blasts, ({ agency_id }) => agency_id).values()];
}
