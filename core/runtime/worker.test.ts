import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { done, retry } from "./outcome.ts";
import type { Bed } from "./worker.fixture.ts";
import { agencyId, gate, order, otherAgencyId, startBed } from "./worker.fixture.ts";

const patience = { timeout: 10_000, interval: 20 };
let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
afterEach(() => bed.rest());
afterAll(() => bed.stop());

describe("batches", () => {
  it("takes a lone message at once and fills batches while slots are busy", async () => {
    await bed.reset({ maxBatch: 10 });
    const sizes: number[] = [];
    const first = gate();
    await bed.work(
      async (items) => {
        sizes.push(items.length);
        if (sizes.length === 1) await first.opened;
        return items.map(() => done());
      },
      { concurrentBatches: 1, prefetchBatches: 2 },
    );
    await bed.publish(1, "lone");
    await vi.waitFor(() => expect(sizes).toEqual([1]), patience);
    await bed.publish(30);
    await vi.waitFor(
      async () =>
        expect(
          (await bed.manager.consumers.info("WORK_CUSTOMER", "customer-sender-standard")).num_ack_pending,
        ).toBeGreaterThan(20),
      patience,
    );
    first.open();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(sizes[1]).toBe(10);
    expect(Math.max(...sizes)).toBe(10);
  });

  it("holds no more than the batches in work and the batches that may wait", async () => {
    await bed.reset({ maxBatch: 5 });
    const all = gate();
    await bed.work(async (items) => (await all.opened, items.map(() => done())), {
      concurrentBatches: 2,
      prefetchBatches: 1,
    });
    await bed.publish(100);
    const held = async () =>
      (await bed.manager.consumers.info("WORK_CUSTOMER", "customer-sender-standard")).num_ack_pending;
    await vi.waitFor(async () => expect(await held()).toBe(15), patience);
    all.open();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
  });
});

describe("several agencies", () => {
  it("hands a few messages of another agency over while one agency keeps all slots, and gives it the first free one", async () => {
    await bed.reset({ maxBatch: 5 });
    const hog = gate();
    const others = gate();
    const handled: string[] = [];
    await bed.work(
      async (items) => {
        handled.push(items.map(({ messageId }) => messageId.split(":")[1]).join(" "));
        await (items.some(({ subject }) => subject.endsWith(agencyId)) ? hog : others).opened;
        return items.map(() => done());
      },
      { concurrentBatches: 2, prefetchBatches: 2 },
    );
    await bed.publish(15, "hog");
    await vi.waitFor(() => expect(handled).toHaveLength(2), patience);
    await bed.publisher.publishAll([
      order("a1", { agency: otherAgencyId }),
      order("a2", { agency: otherAgencyId }),
    ]);
    await vi.waitFor(() => expect(handled[2]).toBe("a1 a2"), patience);
    others.open();
    hog.open();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
  });
});

describe("the right of way", () => {
  it("reads many messages when small work has passed, and meanwhile takes the few that are behind them", async () => {
    const most = 200;
    await bed.reset({ maxBatch: most });
    const [lone, way] = [gate(), gate()];
    let resting = 0;
    const handled: string[] = [];
    await bed.work(
      async (items) => {
        handled.push(...items.map(({ messageId }) => messageId.split(":")[1]!));
        if (handled.length === 1) await lone.opened;
        return items.map(() => done());
      },
      {
        concurrentBatches: 1,
        prefetchBatches: 1,
        // Asking for messages and settling them wait for some lanes, reading for all.
        giveWay: (lanes) => (lanes === undefined ? ((resting += 1), way.opened) : undefined),
      },
    );
    await bed.publish(1, "lone");
    await vi.waitFor(() => expect(handled).toHaveLength(1), patience);
    // As many as there is room for, so that no more are asked for.
    await bed.publish(2 * most - 1, "hog");
    const held = async () =>
      (await bed.manager.consumers.info("WORK_CUSTOMER", "customer-sender-standard")).num_ack_pending;
    await vi.waitFor(async () => expect(await held()).toBe(2 * most), patience);
    lone.open();
    await vi.waitFor(() => expect(resting).toBe(1), patience);
    await bed.publisher.publishAll([
      order("a1", { agency: otherAgencyId }),
      order("a2", { agency: otherAgencyId }),
    ]);
    await vi.waitFor(() => expect(handled.slice(1).toSorted()).toEqual(["a1", "a2"]), patience);
    way.open();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(new Set(handled).size).toBe(2 * most + 2);
  });
});

describe("time and several instances", () => {
  it("keeps slow work, and what waits behind it, from being handed out again", async () => {
    await bed.reset({ ackWaitMs: 600, maxBatch: 1 });
    const handedOut: number[] = [];
    const slow = async () => {
      const startedMs = Date.now();
      await bed.work(
        async (items) => {
          handedOut.push(...items.map((item) => item.handedOut));
          // Work that takes more than two ack waits.
          await vi.waitUntil(() => Date.now() - startedMs > 1500, patience);
          return items.map(() => done());
        },
        { concurrentBatches: 1, prefetchBatches: 1 },
      );
    };
    await slow();
    await bed.publish(2);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(handedOut).toEqual([1, 1]);
  });

  it("keeps the lane's limit over all instances", async () => {
    await bed.reset({ maxAckPending: 3, maxBatch: 1 });
    const all = gate();
    let inWork = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++inWork);
      await all.opened;
      inWork -= 1;
      return [done()];
    };
    await bed.work(handle);
    await bed.work(handle, { own: true });
    await bed.publish(20);
    await vi.waitFor(() => expect(inWork).toBe(3), patience);
    all.open();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(most).toBe(3);
  });

  it("drains: finishes what it has and hands the rest to another instance at once", async () => {
    await bed.reset({ maxBatch: 1 });
    const first = gate();
    const got: string[] = [];
    const handed: string[] = [];
    const running = await bed.work(
      async (items) => (got.push(items[0]?.message.idempotencyKey ?? ""), await first.opened, [done()]),
      {
        concurrentBatches: 1,
        prefetchBatches: 3,
        own: true,
      },
    );
    await bed.publish(3);
    const held = async () =>
      (await bed.manager.consumers.info("WORK_CUSTOMER", "customer-sender-standard")).num_ack_pending;
    await vi.waitFor(async () => expect(await held()).toBe(3), patience);
    // What the broker has handed out may still be on its way here.
    await vi.waitFor(() => expect(got).toEqual(["key0"]), patience);
    const drained = running.drain(10_000);
    expect(running.ready()).toEqual({ ok: false, detail: "draining" });
    await bed.work(
      async (items) => (
        handed.push(...items.map(({ message }) => message.idempotencyKey)),
        items.map(() => done())
      ),
    );
    await vi.waitFor(() => expect(handed.toSorted()).toEqual(["key1", "key2"]), patience);
    first.open();
    await drained;
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(got).toEqual(["key0"]);
  });

  it("aborts the handlers' signal when a drain gives up waiting", async () => {
    await bed.reset();
    let reason: unknown;
    const started = gate();
    const running = await bed.work(async (items, { signal }) => {
      started.open();
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      ({ reason } = signal);
      return items.map(() => retry("stopped"));
    });
    await bed.publish(1);
    await started.opened;
    await running.drain(20);
    expect(String(reason)).toContain("gave up");
  });
});

describe("a broker that goes away", () => {
  it("goes on after the broker was killed in the middle", async () => {
    await bed.reset({ maxBatch: 10, ackWaitMs: 2000 });
    const seen = new Set<string>();
    const half = gate();
    const running = await bed.work(async (items) => {
      for (const { messageId } of items) seen.add(messageId);
      if (seen.size >= 100) half.open();
      return items.map(() => done());
    });
    await bed.publish(200);
    await half.opened;
    await bed.nats.crash();
    await vi.waitFor(() => expect(running.ready().ok).toBe(false), patience);
    await bed.nats.restart();
    await vi.waitFor(() => expect(running.ready().ok).toBe(true), patience);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(seen.size).toBe(200);
  }, 30_000);

  it("restores the streams after the broker lost its disk, and goes on", async () => {
    await bed.reset();
    const seen: string[] = [];
    const running = await bed.work(
      async (items) => (
        seen.push(...items.map(({ message }) => message.idempotencyKey)),
        items.map(() => done())
      ),
      { mend: true },
    );
    await bed.publish(1, "before");
    await vi.waitFor(() => expect(seen).toEqual(["before0"]), patience);
    await bed.nats.crash();
    bed.nats.wipe();
    await bed.nats.restart();
    await vi.waitFor(() => expect(running.ready().ok).toBe(true), patience);
    await bed.publish(1, "after");
    await vi.waitFor(() => expect(seen).toEqual(["before0", "after0"]), patience);
  }, 30_000);

  it("never acknowledges a new message for an old one that had its number on the lost disk", async () => {
    await bed.reset();
    const gates = new Map([["before0", gate()], ["after0", gate()]]); // prettier-ignore
    const started: string[] = [];
    await bed.work(
      async (items) => {
        const key = items[0]?.message.idempotencyKey ?? "";
        started.push(key);
        await gates.get(key)?.opened;
        return items.map(() => done());
      },
      { mend: true },
    );
    await bed.publish(1, "before");
    await vi.waitFor(() => expect(started).toEqual(["before0"]), patience);
    await bed.nats.crash();
    bed.nats.wipe();
    await bed.nats.restart();
    await vi.waitFor(() => bed.publish(1, "after"), patience);
    await vi.waitFor(() => expect(started).toEqual(["before0", "after0"]), patience);
    gates.get("before0")?.open();
    // The handler of the old message has returned once a later message has been handled as well.
    await bed.publish(1, "probe");
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(1), patience);
    expect(started).toContain("probe0");
    gates.get("after0")?.open();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
  }, 30_000);

  it("drains while the broker is away", async () => {
    await bed.reset();
    const running = await bed.work(async (items) => items.map(() => done()), { own: true });
    await vi.waitFor(() => expect(running.ready().ok).toBe(true), patience);
    await bed.nats.crash();
    try {
      await running.drain(1000);
    } finally {
      await bed.nats.restart();
    }
  }, 30_000);
});
