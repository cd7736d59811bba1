import { setTimeout as delay } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import type { BlastRecord } from "#core/adapters/postgres/blasts-read/blast-record.ts";
import { fail } from "../../rpc/fail.ts";
import { createLatch, type Latch } from "./latch.ts";

/** Lets many viewers follow blasts while each blast is read once a tick, however many look at it. */
export type BlastWatchers = {
  /**
   * The blast at once, and again whenever it has changed; ends with the blast, or when `signal` aborts. A slow viewer misses steps
   * in between, never the last. Nothing comes when there is no such blast.
   */
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

/** One blast, what was last seen of it, and those who watch it. All viewers see one sequence of versions. */
type Topic = {
  version: number;
  latest: BlastRecord | undefined;
  error: unknown;
  ended: boolean;
  viewers: Set<Latch>;
};

/** Watchers over a way to read a blast. */
export function createBlastWatchers(read: ReadBlast): BlastWatchers {
  const topics = new Map<string, Topic>();
  let viewerCount = 0;

  async function poll(topic: Topic, agencyId: string, blastId: string): Promise<void> {
    let [failed, quietMs, seen] = [0, 0, ""];
    while (topic.viewers.size > 0 && !topic.ended) {
      try {
        const row = await read(agencyId, blastId);
        failed = 0;
        if (row === undefined) return end(topic);
        const shape = JSON.stringify(row);
        if (shape !== seen || quietMs >= heartbeatMs) {
          [seen, quietMs] = [shape, 0];
          publish(topic, row);
        }
      } catch (error) {
        failed += 1;
        if (topic.latest === undefined || failed >= maxFailedTicks) return end(topic, error);
      }
      await delay(tickMs);
      quietMs += tickMs;
    }
  }

  /** Joins the topic of a blast; the first viewer starts its poll, which stops after the last has left. */
  function join(agencyId: string, blastId: string, latch: Latch): Topic {
    const key = `${agencyId}/${blastId}`;
    const known = topics.get(key);
    if (known !== undefined && !known.ended) {
      known.viewers.add(latch);
      return known;
    }
    const topic: Topic = {
      version: 0,
      latest: undefined,
      error: undefined,
      ended: false,
      viewers: new Set([latch]),
    };
    topics.set(key, topic);
    void poll(topic, agencyId, blastId).finally(() => {
      topic.ended = true;
      if (topics.get(key) === topic) topics.delete(key);
    });
    return topic;
  }

  async function* watch(agencyId: string, blastId: string, signal: AbortSignal): AsyncGenerator<BlastRecord> {
    if (viewerCount >= maxViewers) throw tooManyViewers();
    viewerCount += 1;
    const latch = createLatch();
    signal.addEventListener("abort", latch.open);
    const topic = join(agencyId, blastId, latch);
    try {
      for (let shown = 0; !signal.aborted;) {
        if (topic.version > shown && topic.latest !== undefined) {
          shown = topic.version;
          yield topic.latest;
        } else if (topic.ended) {
          if (topic.error !== undefined) throw topic.error;
          return;
        } else {
          await latch.opened();
        }
      }
    } finally {
      signal.removeEventListener("abort", latch.open);
      topic.viewers.delete(latch);
      viewerCount -= 1;
    }
  }
  return { watch };
}

function publish(topic: Topic, row: BlastRecord): void {
  topic.latest = row;
  topic.version += 1;
  if (row.completed_at !== null) end(topic);
  else for (const viewer of topic.viewers) viewer.open();
}

function end(topic: Topic, error?: unknown): void {
  topic.ended = true;
  topic.error = error;
  for (const viewer of topic.viewers) viewer.open();
}

function tooManyViewers() {
  return fail(Code.ResourceExhausted, {
    reason: "too_many_viewers",
    message: `This instance serves ${maxViewers} viewers of blasts, which is all it takes.`,
    hint: "Try again later, or ask GetBlast now and then.",
  });
}
