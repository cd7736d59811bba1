import { headers as natsHeaders } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { done } from "./outcome.ts";
import type { Bed } from "./worker.fixture.ts";
import { agencyId, order, otherAgencyId, startBed, subject } from "./worker.fixture.ts";

const patience = { timeout: 10_000, interval: 20 };
let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
afterEach(() => bed.rest());
afterAll(() => bed.stop());

const byHand = JSON.stringify({
  agencyId,
  lane: "LANE_STANDARD",
  idempotencyKey: "by-hand",
  customerId: "0197a3c4-0000-7000-8000-000000000002",
  delivery: { blastId: "0197a3c4-0000-7000-8000-000000000003", sequence: 1 },
});

describe("what no handler sees", () => {
  const refused = async (publish: () => void | Promise<unknown>) => {
    await publish();
    await vi.waitFor(async () => expect(await bed.letters()).toHaveLength(1), patience);
    await vi.waitFor(async () => expect(await bed.waiting()).toBe(0), patience);
    return (await bed.letters())[0];
  };
  const unwanted = async () => expect.unreachable("a handler got it");

  it("takes JSON without headers, as `nats pub` sends it", async () => {
    await bed.reset();
    const keys: string[] = [];
    await bed.work(async (items) =>
      items.map(({ message, messageId }) => (keys.push(message.idempotencyKey, messageId), done())),
    );
    bed.connection.publish(subject, byHand);
    await vi.waitFor(() => expect(keys[0]).toBe("by-hand"), patience);
    expect(keys[1]).toMatch(/^WORK_CUSTOMER:1:\d+$/);
  });

  it("buries what breaks the rules of its contract", async () => {
    await bed.reset();
    await bed.work(unwanted);
    const letter = await refused(() => bed.connection.publish(subject, byHand.replace(agencyId, "acme")));
    expect(letter).toMatchObject({ reason: "invalid", agencyId });
    expect(letter?.detail).toContain("agency_id");
  });

  it("buries what is no protobuf", async () => {
    await bed.reset();
    await bed.work(unwanted);
    expect(await refused(() => bed.connection.publish(subject, "hello"))).toMatchObject({
      reason: "undecodable",
    });
  });

  it("buries a message of another type", async () => {
    await bed.reset();
    await bed.work(unwanted);
    const headers = natsHeaders();
    headers.set("ce-type", "acme.v1.Other");
    const letter = await refused(() => bed.connection.publish(subject, "x", { headers }));
    expect(letter?.detail).toContain("acme.v1.Other");
  });

  it("buries a body that is larger than its contract allows", async () => {
    await bed.reset({ maxMessageBytes: 100 });
    await bed.work(unwanted);
    const letter = await refused(() =>
      bed.connection.publish(subject, byHand.replace("by-hand", "k".repeat(150))),
    );
    expect(letter).toMatchObject({ reason: "invalid" });
    expect(letter?.detail).toContain("allows 100");
  });

  it.each([
    ["agency", { agency: otherAgencyId }],
    ["lane", { lane: Lane.URGENT }],
  ])("buries a message whose body names another %s than its subject", async (_, other) => {
    await bed.reset();
    await bed.work(unwanted);
    const letter = await refused(() => bed.publisher.publish({ ...order("spoofed", other), subject }));
    expect(letter).toMatchObject({ reason: "invalid", agencyId });
    expect(letter?.detail).toContain("belong on");
  });
});
