import { bytes, createColumn, doubles, integers } from "./column.ts";

export const EVENT_NAMES = [
  "accepted",
  "delivered",
  "failed",
  "opened",
  "clicked",
  "unsubscribed",
  "complained",
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** What an event has beyond its name, mail and time. Failures always have it. */
export type EventDetail = {
  severity?: "permanent" | "temporary";
  reason?: string;
  code?: number;
  message?: string;
  url?: string;
};

/** Every event in the order of its time, by column. An event's index is its identity. */
export type EventLog = {
  readonly length: number;
  append(name: EventName, seq: number, atMs: number, detail?: EventDetail): number;
  name(index: number): EventName;
  seq(index: number): number;
  atMs(index: number): number;
  detail(index: number): EventDetail;
  /** The events of a mail after its acceptance. */
  later(seq: number): readonly number[];
  /** The first index whose time is at or after `atMs`. */
  firstAtOrAfter(atMs: number): number;
  counts(): Record<string, number>;
  clear(): void;
};

const NO_DETAIL: EventDetail = {};

export function createEventLog(): EventLog {
  const names = createColumn(bytes);
  const seqs = createColumn(integers);
  const times = createColumn(doubles);
  const firstLater = createColumn(integers);
  const moreLater = new Map<number, number[]>();
  const details = new Map<number, EventDetail>();
  const counts = new Map<EventName, number>();
  let lastAtMs = 0;

  // Most mails have one later event: it lives in a column (index + 1, 0 = none), and only the rest in a map.
  function link(seq: number, index: number): void {
    while (firstLater.length < seq) firstLater.push(0);
    if (firstLater.get(seq - 1) === 0) {
      firstLater.set(seq - 1, index + 1);
      return;
    }
    const more = moreLater.get(seq);
    if (more === undefined) moreLater.set(seq, [index]);
    else more.push(index);
  }

  return {
    get length() {
      return names.length;
    },
    append(name, seq, atMs, detail) {
      const index = names.length;
      // The log is searched by time: a clock that steps back must not break its order.
      lastAtMs = Math.max(lastAtMs, atMs);
      names.push(EVENT_NAMES.indexOf(name));
      seqs.push(seq);
      times.push(lastAtMs);
      if (detail !== undefined) details.set(index, detail);
      if (name !== "accepted") link(seq, index);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return index;
    },
    name: (index) => EVENT_NAMES[names.get(index)]!,
    seq: (index) => seqs.get(index),
    atMs: (index) => times.get(index),
    detail: (index) => details.get(index) ?? NO_DETAIL,
    later(seq) {
      const first = seq > firstLater.length ? 0 : firstLater.get(seq - 1);
      return first === 0 ? [] : [first - 1, ...(moreLater.get(seq) ?? [])];
    },
    firstAtOrAfter(atMs) {
      let low = 0;
      let high = times.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (times.get(middle) < atMs) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    counts: () => Object.fromEntries(counts),
    clear() {
      for (const column of [names, seqs, times, firstLater]) column.clear();
      for (const index of [moreLater, details, counts]) index.clear();
      lastAtMs = 0;
    },
  };
}
