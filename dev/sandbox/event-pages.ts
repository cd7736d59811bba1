import type { World } from "./world.ts";

export type EventFilter = {
  /** Event indexes, ascending, that alone can match; null when the whole log must be walked. */
  candidates: readonly number[] | null;
  matches(index: number): boolean;
};

export type EventRange = { beginMs: number; endMs: number };

/** Where a page starts. A boundary lies before the event of that index: upwards reads from it, downwards below it. */
export type PageStart = { boundary: number | null; ascending: boolean };

/** A page in the order in which it was read, and the boundaries before and behind it. */
export type EventPage = { indexes: number[]; low: number; high: number; more: boolean };

export function readPage(
  world: World,
  filter: EventFilter,
  range: EventRange,
  start: PageStart,
  limit: number,
): EventPage {
  const lowest = world.log.firstAtOrAfter(range.beginMs);
  const highest = visibleEnd(world, range.endMs);
  const boundary = start.boundary ?? (start.ascending ? lowest : highest);
  const indexes: number[] = [];
  let more = false;
  const take = (index: number): boolean => {
    if (!filter.matches(index)) return true;
    more = indexes.length === limit;
    if (!more) indexes.push(index);
    return !more;
  };
  if (start.ascending) walkUp(filter.candidates, Math.max(boundary, lowest), highest, take);
  else walkDown(filter.candidates, Math.min(boundary, highest), lowest, take);
  const first = indexes[0];
  const last = indexes.at(-1);
  if (first === undefined || last === undefined) return { indexes, low: boundary, high: boundary, more };
  return { indexes, low: Math.min(first, last), high: Math.max(first, last) + 1, more };
}

export function countEvents(world: World, filter: EventFilter, range: EventRange): number {
  let count = 0;
  walkUp(
    filter.candidates,
    world.log.firstAtOrAfter(range.beginMs),
    visibleEnd(world, range.endMs),
    (index) => {
      if (filter.matches(index)) count++;
      return true;
    },
  );
  return count;
}

/** Every event of the mails of a message id. */
export function eventsOfMessage(world: World, messageId: string): number[] {
  const indexes: number[] = [];
  for (const call of world.store.callByMessageId(messageId)) {
    for (let nth = 0; nth < call.count; nth++) {
      indexes.push(call.firstEvent + nth, ...world.log.later(call.firstSeq + nth));
    }
  }
  return indexes.sort((a, b) => a - b);
}

/** Every event of the mails that carry a rid. */
export function eventsOfRid(world: World, rid: string): number[] {
  return world.store
    .seqsByRid(rid)
    .flatMap((seq) => eventsOfMail(world, seq))
    .sort((a, b) => a - b);
}

export function eventsOfMail(world: World, seq: number): number[] {
  const call = world.store.call(seq);
  return [call.firstEvent + seq - call.firstSeq, ...world.log.later(seq)];
}

function visibleEnd(world: World, endMs: number): number {
  return world.log.firstAtOrAfter(Math.floor(Math.min(endMs, Date.now() - world.config.eventLagMs)) + 1);
}

function walkUp(
  candidates: readonly number[] | null,
  low: number,
  high: number,
  take: (index: number) => boolean,
): void {
  if (candidates !== null) {
    for (const index of candidates) if (index >= low && index < high && !take(index)) return;
    return;
  }
  for (let index = low; index < high; index++) if (!take(index)) return;
}

function walkDown(
  candidates: readonly number[] | null,
  high: number,
  low: number,
  take: (index: number) => boolean,
): void {
  if (candidates !== null) {
    for (const index of candidates.toReversed()) if (index >= low && index < high && !take(index)) return;
    return;
  }
  for (let index = high - 1; index >= low; index--) if (!take(index)) return;
}
