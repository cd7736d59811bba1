import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isWorkContract } from "#core/runtime/contract.ts";
import type { Bed } from "#core/runtime/worker.fixture.ts";
import { order, startBed } from "#core/runtime/worker.fixture.ts";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { batches } from "./publisher.ts";

let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
beforeEach(() => bed.reset());
afterAll(() => bed.stop());

const orders = (count: number, prefix = "key") =>
  Array.from({ length: count }, (_, index) => order(`${prefix}${index}`));

describe("publishAll", () => {
  it("stores more messages than fit one batch, with their headers", async () => {
    expect(isWorkContract(SendBlastToCustomerSchema)).toBe(true);
    const envelopes = orders(2500);
    await bed.publisher.publishAll(envelopes);
    expect(await bed.waiting()).toBe(2500);
    const first = await bed.manager.streams.getMessage("WORK_CUSTOMER", { seq: 1 });
    expect(first?.header.get("Nats-Msg-Id")).toBe(envelopes[0]?.headers["Nats-Msg-Id"]);
    expect(first?.header.get("ce-type")).toBe("fanfare.work.v1.SendBlastToCustomer");
  });

  it("publishes a few singly, which is sooner there, and many as a batch", async () => {
    const batchOf = async (seq: number) =>
      (await bed.manager.streams.getMessage("WORK_CUSTOMER", { seq }))?.header.get("Nats-Batch-Id");
    await bed.publisher.publishAll(orders(10, "few"));
    await bed.publisher.publishAll(orders(100, "many"));
    expect(await bed.waiting()).toBe(110);
    expect(await batchOf(10)).toBe("");
    expect(await batchOf(11)).not.toBe("");
  });

  it("stores what is new when the broker refuses a batch for an id it knows", async () => {
    await bed.publisher.publishAll(orders(30));
    await bed.publisher.publishAll(orders(45));
    expect(await bed.waiting()).toBe(45);
  });

  it("stores a message once that is in the call twice", async () => {
    await bed.publisher.publishAll([...orders(5), ...orders(5)]);
    expect(await bed.waiting()).toBe(5);
  });

  it("has nothing to do for nothing", async () => {
    await bed.publisher.publishAll([]);
    expect(await bed.waiting()).toBe(0);
  });

  it("says how many may be missing when no stream takes them", async () => {
    const nowhere = orders(3).map((envelope) => ({ ...envelope, subject: "fanfare.work.nowhere.bulk.x" }));
    await expect(bed.publisher.publishAll(nowhere)).rejects.toThrow("3 of 3 messages may not be stored");
  });

  it("refuses when the queue is full", async () => {
    await bed.manager.streams.update("WORK_CUSTOMER", { max_bytes: 4000 });
    await expect(bed.publisher.publishAll(orders(100))).rejects.toThrow("maximum bytes exceeded");
    expect(await bed.waiting()).toBeLessThan(100);
  });

  it("takes a requeued message whose headers still speak of its old batch", async () => {
    const [envelope] = orders(1);
    await bed.publisher.publish({
      ...order("again"),
      headers: { ...envelope?.headers, "Nats-Batch-Id": "old", "Nats-Batch-Sequence": "7" },
    });
    expect(await bed.waiting()).toBe(1);
  });
});

describe("batches", () => {
  it("keeps kinds apart and within 1,000 messages", () => {
    const lists = orders(3, "list").map((envelope) => ({ ...envelope, subject: "fanfare.work.list.bulk.x" }));
    expect(batches([...orders(1200), ...lists]).map((batch) => batch.length)).toEqual([1000, 200, 3]);
  });
});
