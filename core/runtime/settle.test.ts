import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { defer, done, reject, retry, skip } from "./outcome.ts";
import type { Bed } from "./worker.fixture.ts";
import { agencyId, order, startBed, subject } from "./worker.fixture.ts";

const patience = { timeout: 10_000, interval: 20 };
let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
afterEach(() => bed.rest());
afterAll(() => bed.stop());

describe("outcomes", () => {
  it("takes done and skipped messages off the queue", async () => {
    await bed.reset();
    await bed.work(async (items) =>
      items.map(({ message }) => (message.idempotencyKey === "key0" ? skip("opted_out") : done())),
    );
    await bed.publish(10);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(await bed.letters()).toEqual([]);
  });

  it("hands a retried message out again", async () => {
    await bed.reset();
    const handedOut: number[] = [];
    await bed.work(async (items) =>
      items.map((item) => (handedOut.push(item.handedOut) < 3 ? retry("provider away") : done())),
    );
    await bed.publish(1);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(handedOut).toEqual([1, 2, 3]);
  });

  it("treats a throw, and a wrong number of outcomes, as a retry of every message", async () => {
    await bed.reset();
    let calls = 0;
    const seen = new Map<string, number>();
    await bed.work(async (items) => {
      for (const { messageId } of items) seen.set(messageId, (seen.get(messageId) ?? 0) + 1);
      calls += 1;
      if (calls === 1) throw new Error("boom");
      return calls === 2 ? [] : items.map(() => done());
    });
    await bed.publish(5);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(seen.size).toBe(5);
    expect([...seen.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(5);
    expect(await bed.letters()).toEqual([]);
  });

  it("stores a rejected message whole, with its reason", async () => {
    await bed.reset();
    await bed.work(async (items) =>
      items.map(() => reject("unknown_customer", "There is no such customer.")),
    );
    const envelope = order("to-reject");
    await bed.publisher.publish(envelope);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    const [letter] = await bed.letters();
    expect(letter).toMatchObject({
      agencyId, subject, stream: "WORK_CUSTOMER", durable: "customer-sender-standard", reason: "rejected", worker: "tester@here",
      detail: "unknown_customer: There is no such customer.", messageType: "fanfare.work.v1.SendBlastToCustomer", deliveries: 1,
    }); // prettier-ignore
    expect(letter?.headers).toEqual(envelope.headers);
    expect(Buffer.from(letter?.body ?? [])).toEqual(Buffer.from(envelope.body));
  });

  it("keeps a rejected message on its queue until its dead letter is stored", async () => {
    await bed.reset();
    await bed.manager.streams.delete("DEAD_LETTER");
    let calls = 0;
    await bed.work(async (items) => (calls++, items.map(() => reject("no", "never"))));
    await bed.publish(1);
    await vi.waitFor(() => expect(calls).toBeGreaterThan(1), patience);
    expect(await bed.waiting()).toBe(1);
    await bed.topology();
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(await bed.letters()).toHaveLength(1);
  });

  it("gives up on a message when its failures are spent", async () => {
    await bed.reset({ maxFailures: 3 });
    let calls = 0;
    await bed.work(async (items) => (calls++, items.map(() => retry("provider away"))));
    await bed.publish(1);
    await vi.waitFor(async () => expect(await bed.letters()).toHaveLength(1), patience);
    const [letter] = await bed.letters();
    expect(calls).toBe(3);
    expect(letter).toMatchObject({ reason: "failures_spent", failures: 3, deliveries: 3 });
    expect(letter?.detail).toContain("provider away");
  });

  it("never counts waiting as failing", async () => {
    await bed.reset({ maxFailures: 2 });
    let calls = 0;
    await bed.work(async (items) =>
      items.map(() => (++calls === 1 ? retry("once") : calls < 7 ? defer("paused", 5) : done())),
    );
    await bed.publish(1);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(calls).toBe(7);
    expect(await bed.letters()).toEqual([]);
  });

  it("tries again, uncounted, while failures cannot be counted", async () => {
    await bed.reset({ maxFailures: 2 });
    await bed.manager.streams.delete("KV_FAILURES");
    let calls = 0;
    await bed.work(async (items) => items.map(() => (++calls < 5 ? retry("provider away") : done())));
    await bed.publish(1);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    expect(calls).toBe(5);
  });
});
