import { create } from "@bufbuild/protobuf";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { ExportCustomersSchema } from "#gen/fanfare/work/v1/export_customers_pb.js";
import type { ExportRecord } from "#core/adapters/postgres/exports/export-record.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { specOf } from "./export-message.ts";

/** The message that calls the exporter. It names the export; filters, which may hold an address, stay in the row. */
export function exportOrder(row: ExportRecord, timeMs: number): Envelope {
  const { subject, format, blastId } = specOf(row);
  const order = create(ExportCustomersSchema, {
    agencyId: row.agency_id,
    lane: Lane.BULK,
    idempotencyKey: row.idempotency_key,
    subject,
    format,
    blastId,
  });
  return workEnvelope(ExportCustomersSchema, order, { source: "api", timeMs });
}
