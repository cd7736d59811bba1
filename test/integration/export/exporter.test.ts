import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { fromBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { ExportState } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportProgressedSchema } from "#gen/fanfare/event/v1/export_pb.js";
import { ExportFormat, ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { until } from "#test/support/until.ts";
import { duckdb } from "./export-rows.ts";
import { startExporterBed, type ExporterBed } from "./exporter-bed.ts";

const deliveries = 20_000;
let bed: ExporterBed;

// The exporter may have to be built first.
beforeAll(async () => {
  bed = await startExporterBed();
}, 600_000);
afterAll(() => bed.close());

/** The file as the API gives it, checked against the export's own size and sum. */
async function download(exportId: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of bed.client.downloadExport({ exportId })) chunks.push(chunk);
  const file = Buffer.concat(chunks);
  const found = await bed.find(exportId);
  expect(file.length).toBe(Number(found.bytes));
  expect(createHash("sha256").update(file).digest("hex")).toBe(found.sha256);
  const path = join(bed.directory, found.fileName);
  writeFileSync(path, file);
  return path;
}

const summary =
  "count(*), count(DISTINCT sequence), min(sequence), max(sequence), count(*) FILTER (state = 'skipped' AND reason = 'opted_out')";
const allOfThem = `${deliveries} ${deliveries} 1 ${deliveries} ${deliveries / 50}`;

describe.each([
  ["CSV", ExportFormat.CSV, "read_csv($1, header = true, all_varchar = false)"],
  ["Parquet", ExportFormat.PARQUET, "read_parquet($1)"],
] as const)("an export of 20,000 deliveries as %s", (_, format, table) => {
  it(
    "is resumed after kill −9 in the middle, without a row missing or double",
    { timeout: 120_000 },
    async () => {
      const exportId = await bed.request(await bed.blastOf(deliveries), format);
      const exporter = await bed.startExporter({ FANFARE_EXPORT_PART_BYTES: "16384" });
      const killedAt: number[] = [];
      for (const least of [1, deliveries / 3]) {
        await until(
          "some rows to be safe",
          60_000,
          async () => Number((await bed.find(exportId)).rows) >= least,
        );
        await exporter.kill9();
        killedAt.push(Number((await bed.find(exportId)).rows));
        await exporter.restart();
      }
      const done = await bed.completed(exportId);
      expect(done).toMatchObject({ state: ExportState.COMPLETED, rows: BigInt(deliveries) });
      for (const rows of killedAt) {
        expect(rows).toBeGreaterThan(0);
        expect(rows).toBeLessThan(deliveries);
      }
      expect(await bed.attempts(exportId)).toBeGreaterThanOrEqual(3);
      expect(duckdb(`SELECT ${summary} FROM ${table}`, await download(exportId))).toBe(allOfThem);
      const own = join(bed.directory, bed.agency.agencyId, exportId);
      await until("the parts to be gone", 10_000, async () => readdirSync(own).length === 1);
      await exporter.stop();
    },
  );
});

it("can be downloaded from where a download broke", async () => {
  const exporter = await bed.startExporter();
  const exportId = await bed.request(await bed.blastOf(100), ExportFormat.CSV);
  const { bytes } = await bed.completed(exportId);
  let rest = 0;
  for await (const { chunk } of bed.client.downloadExport({ exportId, offset: bytes - 10n }))
    rest += chunk.length;
  expect(rest).toBe(10);
  await exporter.stop();
});

it("writes customers so that no spreadsheet runs a cell, and says on EVENTS how far it is", async () => {
  const customer = {
    email: "ada@example.com",
    firstName: '=HYPERLINK("http://evil","x")',
    lastName: 'O\'Neil, "A"',
  };
  await createClient(CustomerService, bed.agency.transport).createCustomer({ customer });
  const exporter = await bed.startExporter();
  const made = await bed.client.requestExport({
    idempotencyKey: "customers",
    spec: { subject: ExportSubject.CUSTOMERS, format: ExportFormat.CSV },
  });
  const exportId = made.export?.id ?? "";
  await bed.completed(exportId);
  const row = duckdb(
    "SELECT first_name || '|' || last_name FROM read_csv($1, header = true)",
    await download(exportId),
  );
  expect(row).toBe(`'${customer.firstName}|${customer.lastName}`);
  const manager = await jetstreamManager(bed.connection, { checkAPI: false });
  const subject = `fanfare.event.export.progressed.${bed.agency.agencyId}`;
  const said = await manager.streams.getMessage("EVENTS", { last_by_subj: subject });
  expect(said?.header.get("ce-type")).toBe("fanfare.event.v1.ExportProgressed");
  expect(fromBinary(ExportProgressedSchema, said?.data ?? new Uint8Array())).toMatchObject({
    exportId,
    rows: 1n,
  });
  await exporter.stop();
});

it("fails for whoever waits when it cannot be written, and its message is a dead letter", async () => {
  const exporter = await bed.startExporter();
  const exportId = await bed.request("01900000-0000-7000-8000-00000000dead", ExportFormat.CSV);
  expect(await bed.completed(exportId)).toMatchObject({ state: ExportState.FAILED });
  expect((await bed.find(exportId)).failure).toContain("unknown_blast");
  await exporter.stop();
});
