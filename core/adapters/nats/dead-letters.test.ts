import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { requeueEnvelope } from "#core/runtime/dead-letter.ts";
import { done, reject } from "#core/runtime/outcome.ts";
import type { Bed } from "#core/runtime/worker.fixture.ts";
import { startBed } from "#core/runtime/worker.fixture.ts";
import type { DeadLettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import type { DeadLetterConsumer } from "./dead-letters.ts";
import { consumeDeadLetters } from "./dead-letters.ts";

const patience = { timeout: 10_000, interval: 20 };
let bed: Bed;
let consumer: DeadLetterConsumer | undefined;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
beforeEach(() => bed.reset());
afterEach(async () => {
  await consumer?.stop();
  await bed.rest();
});
afterAll(() => bed.stop());

it("hands dead letters over in batches, and again when archiving failed", async () => {
  await bed.work(async (items) => items.map(() => reject("no", "never")));
  await bed.publish(120);
  await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
  const archived = new Map<string, DeadLettered>();
  let calls = 0;
  consumer = consumeDeadLetters(bed.connection, {
    log: bed.log,
    onBatch: async (letters) => {
      calls += 1;
      expect(letters.length).toBeLessThanOrEqual(50);
      if (calls === 1) throw new Error("database away");
      for (const letter of letters) archived.set(letter.id, letter);
    },
  });
  await vi.waitFor(() => expect(archived.size).toBe(120), patience);
  const pending = async () => {
    const info = await bed.manager.consumers.info("DEAD_LETTER", "dead-letter-archive");
    return info.num_pending + info.num_ack_pending;
  };
  await vi.waitFor(async () => expect(await pending()).toBe(0), patience);
});

it("puts a dead letter back on its queue as it was, past the duplicate window", async () => {
  let calls = 0;
  const seen: unknown[] = [];
  await bed.work(async (items) =>
    items.map(({ message }) => (seen.push(message), ++calls === 1 ? reject("no", "not yet") : done())),
  );
  await bed.publish(1);
  await vi.waitFor(async () => expect(await bed.letters()).toHaveLength(1), patience);
  const [letter] = await bed.letters();
  await bed.publisher.publishAll([requeueEnvelope(letter as DeadLettered, 1)]);
  await vi.waitFor(() => expect(seen).toHaveLength(2), patience);
  expect(seen[1]).toEqual(seen[0]);
});
