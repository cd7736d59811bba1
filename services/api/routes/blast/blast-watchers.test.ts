import { describe, expect, it } from "vitest";
import type { BlastRecord } from "#core/adapters/postgres/blasts-read/blast-record.ts";
import { createBlastWatchers } from "./blast-watchers.ts";

const signal = new AbortController().signal;
const blast = (accepted: number, completed = false) =>
  ({ id: "b", accepted, completed_at: completed ? new Date(0) : null }) as BlastRecord;

describe("createBlastWatchers", () => {
  it("reads once a tick for 500 viewers, and shows all of them the same end", async () => {
    let reads = 0;
    const watchers = createBlastWatchers(async () => blast(reads, ++reads > 3));
    const viewers = Array.from({ length: 500 }, async () => {
      const seen: number[] = [];
      for await (const row of watchers.watch("a", "b", signal)) seen.push(row.accepted);
      return seen;
    });
    for (const seen of await Promise.all(viewers)) expect(seen).toEqual([0, 1, 2, 3]);
    expect(reads).toBe(4);
  });

  it("gives a slow viewer the latest, not what it missed", async () => {
    let reads = 0;
    const watchers = createBlastWatchers(async () => blast(reads, ++reads > 4));
    const slow = watchers.watch("a", "b", signal);
    expect((await slow.next()).value!.accepted).toBe(0);
    await expect.poll(() => reads, { timeout: 5_000 }).toBe(5);
    expect((await slow.next()).value!.accepted).toBe(4);
    expect((await slow.next()).done).toBe(true);
  });

  it("shows nothing when nothing changes, and stops reading when the last viewer has gone", async () => {
    const reads = { left: 0, other: 0 };
    const watchers = createBlastWatchers(async (_, blastId) => {
      reads[blastId as keyof typeof reads] += 1;
      return blast(7);
    });
    const leave = new AbortController();
    const follow = async (blastId: string) => {
      const seen: number[] = [];
      for await (const row of watchers.watch("a", blastId, leave.signal)) seen.push(row.accepted);
      return seen;
    };
    const watching = follow("left");
    await expect.poll(() => reads.left, { timeout: 5_000 }).toBe(3);
    leave.abort();
    expect(await watching).toEqual([7]);
    // Another blast's ticks tell the time.
    const other = watchers.watch("a", "other", signal);
    await other.next();
    await expect.poll(() => reads.other, { timeout: 5_000 }).toBe(4);
    await other.return(undefined);
    expect(reads.left).toBe(3);
  });

  it("ends at once for a blast that does not exist, and tells a failure of the first look", async () => {
    const none = createBlastWatchers(async () => undefined);
    expect(await none.watch("a", "b", signal).next()).toMatchObject({ done: true });
    const broken = createBlastWatchers(() => Promise.reject(new Error("away")));
    await expect(broken.watch("a", "b", signal).next()).rejects.toThrow("away");
  });

  it("outlives a read that fails once it has begun", async () => {
    let reads = 0;
    const watchers = createBlastWatchers(async () => {
      reads += 1;
      if (reads === 2) throw new Error("away");
      return blast(reads, reads > 2);
    });
    const seen: number[] = [];
    for await (const row of watchers.watch("a", "b", signal)) seen.push(row.accepted);
    expect(seen).toEqual([1, 3]);
  });
});
