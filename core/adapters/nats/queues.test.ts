import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { allWorkContracts } from "#core/runtime/contracts.ts";
import { done } from "#core/runtime/outcome.ts";
import type { Bed } from "#core/runtime/worker.fixture.ts";
import { agencyId, gate, order, otherAgencyId, startBed } from "#core/runtime/worker.fixture.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { createQueueAdmin } from "./queues.ts";

const patience = { timeout: 10_000, interval: 20 };
let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
beforeEach(() => bed.reset());
afterEach(() => bed.rest());
afterAll(() => bed.stop());

const admin = () => createQueueAdmin(bed.connection, allWorkContracts);
const standard = async () =>
  (await admin().list()).find(({ durable }) => durable === "customer-sender-standard");

it("lists every lane with backlog, age and the agencies behind it, the largest first", async () => {
  expect(await standard()).toMatchObject({
    pending: 0,
    inFlight: 0,
    paused: false,
    byAgency: {},
    maxAckPending: 4000,
  });
  expect(await standard()).not.toHaveProperty("oldestAgeMs");
  await bed.publish(3);
  await bed.publisher.publish(order("other", { agency: otherAgencyId }));
  const status = await standard();
  expect(status).toMatchObject({
    queue: "customer",
    lane: Lane.STANDARD,
    pending: 4,
    byAgency: { [agencyId]: 3, [otherAgencyId]: 1 },
  });
  expect(Object.keys(status?.byAgency ?? {})[0]).toBe(agencyId);
  expect(status?.oldestAgeMs).toBeLessThan(60_000);
  expect(await admin().list()).toHaveLength(7);
  expect(await admin().pendingByAgency("customer", undefined, 1)).toEqual({ [agencyId]: 3 });
});

it("keeps a paused queue's messages until it is resumed", async () => {
  const [paused] = await admin().pause("customer", Lane.STANDARD);
  expect(paused).toMatchObject({ paused: true, lane: Lane.STANDARD });
  const got: string[] = [];
  const urgent = gate();
  const running = await bed.work(async (items) =>
    items.map(({ message }) => {
      got.push(message.idempotencyKey);
      if (message.lane === Lane.URGENT) urgent.open();
      return done();
    }),
  );
  await bed.publish(2);
  await bed.publisher.publish(order("urgent", { lane: Lane.URGENT }));
  await urgent.opened;
  expect(running.ready().ok).toBe(true);
  expect(await bed.waiting()).toBeGreaterThanOrEqual(2);
  expect(got).toEqual(["urgent"]);
  await admin().resume("customer");
  await vi.waitFor(() => expect(got.toSorted()).toEqual(["key0", "key1", "urgent"]), patience);
  expect((await standard())?.handedOut).toBeGreaterThanOrEqual(2);
});

it("changes a limit for instances that already run", async () => {
  await admin().setLimit("customer", Lane.STANDARD, 2);
  const all = gate();
  let inWork = 0;
  await bed.work(async (items) => ((inWork += items.length), await all.opened, items.map(() => done())));
  await bed.publish(10);
  await vi.waitFor(async () => expect((await standard())?.inFlight).toBe(2), patience);
  await vi.waitFor(() => expect(inWork).toBe(2), patience);
  await admin().setLimit("customer", Lane.STANDARD, 5);
  await vi.waitFor(async () => expect((await standard())?.inFlight).toBe(5), patience);
  all.open();
  await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
});

it("names the queues there are when one is unknown, and refuses limits without sense", async () => {
  await expect(admin().pause("mail")).rejects.toThrow("There are: list, customer, export.");
  await expect(admin().pause("export", Lane.URGENT)).rejects.toThrow("It has: bulk.");
  await expect(admin().setLimit("customer", Lane.BULK, 0)).rejects.toThrow("from 1 to 100000");
});
