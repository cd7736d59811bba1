import { setTimeout as delay } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import type { BlastRecord } from "#core/adapters/postgres/blasts-read/blast-record.ts";
import { fail } from "../../rpc/fail.ts";

/** Lets many viewers follow blasts while each blast is read once a tick, however many look at it. */
export type BlastWatchers = {
  /** The blast now, and again whenever it has changed; ends with the blast, or when `signal` aborts. A slow viewer misses steps, never the last. */
  watch(agencyId: string, blastId: string, signal: AbortSignal): AsyncGenerator<BlastRecord>;
};

/** Reads a blast; undefined when there is none. */
export type ReadBlast = (agencyId: string, blastId: string) => Promise<BlastRecord | undefined>;

// The contract's "at most four times a second".
const tickMs = 250;
// Without a change the blast is told again before proxies and our own idle time-out take the silence for an end.
const heartbeatMs = 15_000;
// Ticks that may fail in a row before viewers are told: 10 s, in which a database comes back from a switch-over.
const maxFailedTicks = 40;
// Each viewer is an open stream of some 20 KB; 10,000 connections are the most that the server takes.
const maxViewers = 5_000;

/** One blast and those who watch it. */
type Topic = {
  version: number;
  latest: BlastRecord | undefined;
  error: unknown;
  ended: boolean;
  viewers: Set<() => void>;
};

/** Watchers over a way to read a blast. */
export function createBlastWatchers(read: ReadBlast): BlastWatchers {
  const topics = new Map<string, Topic>();
  let viewers = 0;

  async function poll(key: string, topic: Topic, agencyId: string, blastId: string): Promise<void> {
    let [failed, quietMs, seen] = [0, 0, ""];
    while (topic.viewers.size > 0 && !topic.ended) {
      await delay(tickMs);
      quietMs += tickMs;
      try {
        const row = await read(agencyId, blastId);
        failed = 0;
        const shape = JSON.stringify(row);
        if (row === undefined || (shape === seen && quietMs < heartbeatMs)) continue;
        [seen, quietMs] = [shape, 0];
        publish(topic, row);
      } catch (error) {
        failed += 1;
        if (failed < maxFailedTicks) continue;
        topic.error = error;
        end(topic);
      }
    }
    if (topics.get(key) === topic) topics.delete(key);
  }

  function topicOf(agencyId: string, blastId: string): Topic {
    const key = `${agencyId}/${blastId}`;
    const known = topics.get(key);
    if (known !== undefined && !known.ended) return known;
    const topic: Topic = {
      version: 0,
      latest: undefined,
      error: undefined,
      ended: false,
      viewers: new Set(),
    };
    topics.set(key, topic);
    // Started by the first viewer, who joins before the first tick.
    void poll(key, topic, agencyId, blastId);
    return topic;
  }

  async function* watch(agencyId: string, blastId: string, signal: AbortSignal): AsyncGenerator<BlastRecord> {
    if (viewers >= maxViewers) throw tooManyViewers();
    viewers += 1;
    const wake = latch();
    let topic: Topic | undefined;
    signal.addEventListener("abort", wake.open);
    try {
      // Everyone's first look is their own, so that it is immediate and as new as can be.
      const first = await read(agencyId, blastId);
      if (first === undefined) return;
      yield first;
      if (first.completed_at !== null || signal.aborted) return;
      let shown = JSON.stringify(first);
      topic = topicOf(agencyId, blastId);
      topic.viewers.add(wake.open);
      for (let version = 0; !signal.aborted;) {
        if (topic.version > version && topic.latest !== undefined) {
          version = topic.version;
          const latest = topic.latest;
          const shape = JSON.stringify(latest);
          // The first tick often repeats what the viewer has just seen.
          if (version > 1 || shape !== shown) yield latest;
          shown = shape;
          if (latest.completed_at !== null) return;
          continue;
        }
        if (topic.error !== undefined) throw topic.error;
        await wake.opened();
      }
    } finally {
      signal.removeEventListener("abort", wake.open);
      topic?.viewers.delete(wake.open);
      viewers -= 1;
    }
  }
  return { watch };
}

function publish(topic: Topic, row: BlastRecord): void {
  topic.latest = row;
  topic.version += 1;
  if (row.completed_at !== null) end(topic);
  else for (const wake of topic.viewers) wake();
}

function end(topic: Topic): void {
  topic.ended = true;
  for (const wake of topic.viewers) wake();
}

/** Opens for whoever waits, or for the next who does; then it is shut again. */
function latch(): { open: () => void; opened: () => Promise<void> } {
  let isOpen = false;
  let release: (() => void) | undefined;
  return {
    open() {
      isOpen = true;
      release?.();
    },
    async opened() {
      if (!isOpen) await new Promise<void>((resolve) => (release = resolve));
      isOpen = false;
      release = undefined;
    },
  };
}

function tooManyViewers() {
  return fail(Code.ResourceExhausted, {
    reason: "too_many_viewers",
    message: `This instance serves ${maxViewers} viewers of blasts, which is all it takes.`,
    hint: "Try again later, or ask GetBlast now and then.",
  });
}
