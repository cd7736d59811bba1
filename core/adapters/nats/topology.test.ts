import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import type { WorkContract } from "#core/runtime/contract.ts";
import type { Bed } from "#core/runtime/worker.fixture.ts";
import { startBed } from "#core/runtime/worker.fixture.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { createQueueAdmin } from "./queues.ts";
import { applyTopology, diffTopology } from "./topology.ts";

const descs = [...allWorkContracts, ...allEventContracts];
let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
}, 60_000);
beforeEach(async () => {
  for await (const { config } of bed.manager.streams.list()) await bed.manager.streams.delete(config.name);
});
afterAll(() => bed.stop());

const texts = (changes: { text: string }[]) => changes.map(({ text }) => text);
const bulkLimit = (maxAckPending: number) => ({
  override: (contract: WorkContract): WorkContract => ({
    ...contract,
    lanes: contract.lanes.map((lane) =>
      lane.durable === "customer-sender-bulk" ? { ...lane, maxAckPending } : lane,
    ),
  }),
});

it("creates everything once and finds nothing to change the second time", async () => {
  const created = await applyTopology(bed.connection, descs);
  expect(texts(created)).toContain(
    "+ consumer exporter-bulk (WORK_EXPORT, fanfare.work.export.bulk.*, max_ack_pending 2)",
  );
  expect(await diffTopology(bed.connection, descs)).toEqual([]);
  expect(await applyTopology(bed.connection, descs)).toEqual([]);
});

it("can be applied by five instances at once", async () => {
  const connections = await Promise.all(Array.from({ length: 5 }, bed.connect));
  await Promise.all(connections.map((connection) => applyTopology(connection, descs)));
  expect(await diffTopology(bed.connection, descs)).toEqual([]);
});

it("shows a changed limit in words, and applies it", async () => {
  await applyTopology(bed.connection, descs);
  const changed = bulkLimit(2000);
  expect(texts(await diffTopology(bed.connection, descs, changed))).toEqual([
    "~ consumer customer-sender-bulk max_ack_pending 4000 → 2000",
  ]);
  await applyTopology(bed.connection, descs, changed);
  expect(await diffTopology(bed.connection, descs, changed)).toEqual([]);
});

it("keeps what an operator set while it runs, and says so", async () => {
  await applyTopology(bed.connection, descs);
  const admin = createQueueAdmin(bed.connection, descs);
  await admin.setLimit("customer", Lane.BULK, 200);
  await admin.pause("export");
  expect(texts(await applyTopology(bed.connection, descs, bulkLimit(3000)))).toEqual([
    "= consumer customer-sender-bulk max_ack_pending kept: operator set 200, contract says 3000",
    "= consumer exporter-bulk kept: paused by an operator",
  ]);
  const queues = await admin.list();
  expect(queues.find(({ durable }) => durable === "customer-sender-bulk")?.maxAckPending).toBe(200);
  expect(queues.find(({ queue }) => queue === "export")?.paused).toBe(true);
  await admin.setLimit("customer", Lane.BULK, 4000);
  await admin.resume("export");
  expect(await diffTopology(bed.connection, descs)).toEqual([]);
});

it("refuses, with a way out, what can only be changed by removing a stream", async () => {
  await bed.manager.streams.add({ name: "WORK_EXPORT", subjects: ["fanfare.work.export.bulk.*"] });
  await expect(applyTopology(bed.connection, descs)).rejects.toThrow(
    /! stream WORK_EXPORT retention "limits" → "workqueue"[\s\S]*nats stream rm/,
  );
});
