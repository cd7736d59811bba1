// Which blasts of a lane release how much now. Pure. Fairness is decided here, by what an agency may have on the queue: messages leave in the order in
// which they came, so whoever holds a tenth of what waits gets a tenth of what the senders do.
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import { shareWindow, type Demand } from "./share-window.ts";

/** What one blast releases in this round. */
export type Portion = { blast: FedBlast; size: number };

// What waits for a sender beside what the senders have claimed. Whoever comes later waits behind it and no more, so it is a fraction of a second of
// work and not the whole window. Two batches while small blasts come; senders then find half a batch now and then, and newcomers a core that is free.
const aheadWhileAsked = 1_000;
// Four make batches fuller, for those that are being claimed count as waiting: a sixth more mails a second, and a small blast waits some ten ms longer.
const aheadInQuiet = 2_000;
const quietFromMs = 5_000;
// A round is one atomic batch (JetStream takes 1,000): memory and time between two looks stay the same whatever the backlog.
export const maxRound = 1_000;
// Of a lane's window that agencies without a backlog may occupy; should their messages be lost, the others go on with the rest.
const othersMost = 3 / 4;
// Topping up by crumbs would cost a transaction for a handful; a quarter of an agency's part, or all that is left of it, is worth one.
const smallestPart = 1 / 4;

/**
 * So many of an agency leave one after the other, times its weight: a sender's batch then holds two or three blasts and not all, each of which costs it
 * a claim, a call and a record. Where parts are smaller than this, agencies have their turns instead of a few deliveries each.
 */
export const slice = 250;

/** How a round is planned. */
export type Plan = {
  /** The most that the lane has on the queue. */
  window: number;
  /** Who is first among equals: a whole number. */
  turn: number;
  /** What an agency is behind the others, for a weight of 1 (arrears.ts): it has that first, and then its part of the rest. */
  owed?: ReadonlyMap<string, number> | undefined;
  /** For how long no small blast has come, ms. */
  quietMs?: number | undefined;
};

/** Portions of one round, together at most `maxRound`. */
export function planPortions(
  blasts: readonly FedBlast[],
  { window, turn, owed = new Map<string, number>(), quietMs = 0 }: Plan,
): Portion[] {
  const agencies = byAgency(blasts.filter((blast) => blast.retrying < window));
  const first = agencies[0]?.[0];
  if (first === undefined) return [];
  const wanted = agencies.map((own) => ({ weight: own[0]!.weight, wanted: wantedOnLane(own) }));
  const ahead = quietMs < quietFromMs ? aheadWhileAsked : aheadInQuiet;
  const part = partOfLane(first, wanted, Math.min(window, first.lane_sending + ahead));
  const shares = sharesOf(agencies, wanted, part, owed);
  const start = turn % agencies.length;
  const inTurn = agencies
    .map((own, index) => ({
      own,
      share: shares[index]!,
      whole: wholeOf(own, shares[index]!, wanted[index]!.wanted),
    }))
    .map((_, index, all) => all[(index + start) % all.length]!)
    .toSorted((a, b) => owedTo(b.own, owed) - owedTo(a.own, owed) || loadOf(a.own) - loadOf(b.own));
  // Messages that got lost count no more than their agency's share, so that the others go on; slices beyond the shares end with the window.
  const counted = (most: "share" | "whole") =>
    inTurn.reduce((sum, agency) => sum + Math.min(agency.own[0]!.lane_outstanding, agency[most]), 0);
  let open = Math.min(part - counted("share"), window - counted("whole"));
  let left = maxRound;
  const portions: Portion[] = [];
  for (const agency of inTurn) {
    const size = Math.min(left, roomOf(agency, open, part));
    if (size <= 0) continue;
    portions.push(...overBlasts(agency.own, size));
    open -= size;
    left -= size;
  }
  return portions;
}

function owedTo(own: readonly FedBlast[], owed: ReadonlyMap<string, number>): number {
  return owed.get(own[0]!.agency_id) ?? 0;
}

/** What each may have on the queue: what it has and is owed besides, then its share of what these leave. */
function sharesOf(
  agencies: readonly FedBlast[][],
  demands: readonly Demand[],
  part: number,
  owed: ReadonlyMap<string, number>,
): number[] {
  if (owed.size === 0) return shareWindow(part, demands);
  const debts = agencies.map((own) => ({ weight: own[0]!.weight, owed: owedTo(own, owed) }));
  const level = levelOf(debts, part);
  const first = demands.map(({ weight, wanted }, index) => {
    const due = Math.ceil((debts[index]!.owed - level) * weight);
    const has = agencies[index]![0]!.lane_outstanding;
    return { weight, wanted: due <= 0 ? 0 : Math.min(wanted, has + due) };
  });
  const ahead = shareWindow(part, first);
  const left = part - ahead.reduce((sum, share) => sum + share, 0);
  const rest = demands.map(({ weight, wanted }, index) => ({ weight, wanted: wanted - ahead[index]! }));
  return shareWindow(left, rest).map((share, index) => share + ahead[index]!);
}

/** Whoever is owed more than this comes first: the least level above which all debts fit into `most` deliveries. */
function levelOf(debts: readonly { weight: number; owed: number }[], most: number): number {
  let weights = 0;
  let sum = 0;
  for (const { weight, owed } of debts.toSorted((a, b) => b.owed - a.owed)) {
    // All above this one, paid down to what this one is owed.
    if (sum - weights * owed >= most) break;
    weights += weight;
    sum += weight * owed;
  }
  return Math.max(0, (sum - most) / weights);
}

function loadOf(own: readonly FedBlast[]): number {
  return own[0]!.lane_outstanding / own[0]!.weight;
}

/** What the agencies of this round may have on the queue together: other feeders' agencies have the rest. */
function partOfLane(
  { lane_others, lane_weight }: FedBlast,
  agencies: readonly { weight: number }[],
  open: number,
): number {
  const others = Math.min(lane_others, Math.floor(open * othersMost));
  const weight = agencies.reduce((sum, agency) => sum + agency.weight, 0);
  // One at least: a narrow lane and many others leave less, and nothing would ever leave.
  return Math.max(1, Math.floor(((open - others) * weight) / Math.max(weight, lane_weight)));
}

function wantedOnLane(own: readonly FedBlast[]): number {
  const { lane_outstanding, agency_outstanding, in_flight_max } = own[0]!;
  const all = lane_outstanding + backlogOf(own);
  if (in_flight_max === null) return all;
  return Math.max(0, Math.min(all, in_flight_max - (agency_outstanding - lane_outstanding)));
}

/** What an agency may have on the queue when it is its turn. */
function wholeOf(own: readonly FedBlast[], share: number, wanted: number): number {
  return Math.max(share, Math.min(slice * own[0]!.weight, wanted));
}

/** What an agency may release now: all it has left if that is within its share; else up to its share or a slice, as far as the lane is open. */
function roomOf(
  { own, share, whole }: { own: readonly FedBlast[]; share: number; whole: number },
  open: number,
  part: number,
): number {
  const { lane_outstanding, allowance } = own[0]!;
  const backlog = backlogOf(own);
  const last = backlog <= share - lane_outstanding;
  const room = last ? backlog : Math.min(whole - lane_outstanding, backlog, open);
  // Of what it can have at all: where the lane is narrower than a slice, a quarter of a slice would never be free.
  if (room <= 0 || (!last && room < Math.min(whole, slice, part) * smallestPart)) return 0;
  // A rate may leave less than is worth a round; waiting for more would only make it a bumpy one.
  return Math.max(0, Math.min(room, allowance ?? room));
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
