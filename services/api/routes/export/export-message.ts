import { fromJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type ExportSchema,
  type ExportSpec,
  ExportSpecSchema,
  ExportState,
} from "#gen/fanfare/api/v1/export_pb.js";
import { ExportFormat, ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import type { ExportRecord } from "#core/adapters/postgres/exports/export-record.ts";

// A file is full of personal data, and whoever wanted it has it by then. The exporter removes it after as long.
const keptMs = 7 * 24 * 3_600_000;

const stateOf: Record<ExportRecord["state"], ExportState> = {
  requested: ExportState.REQUESTED,
  running: ExportState.RUNNING,
  completed: ExportState.COMPLETED,
  failed: ExportState.FAILED,
};

const subjectNames: Readonly<Record<number, string>> = {
  [ExportSubject.CUSTOMERS]: "customers",
  [ExportSubject.DELIVERIES]: "deliveries",
  [ExportSubject.ACTIVITIES]: "activities",
};

/** What an export was asked to hold. */
export function specOf(row: ExportRecord): ExportSpec {
  return fromJson(ExportSpecSchema, row.spec as JsonValue, { ignoreUnknownFields: true });
}

/** An export as callers see it. */
export function exportMessage(row: ExportRecord): MessageInitShape<typeof ExportSchema> {
  const spec = specOf(row);
  const day = row.requested_at.toISOString().slice(0, 10);
  const ending = spec.format === ExportFormat.PARQUET ? "parquet" : "csv";
  return {
    id: row.id,
    spec,
    state: stateOf[row.state],
    rows: BigInt(row.rows),
    bytes: BigInt(row.bytes),
    sha256: row.sha256,
    failure: row.failure,
    fileName: `${subjectNames[spec.subject] ?? "export"}-${day}.${ending}`,
    requestedAt: timestampFromDate(row.requested_at),
    changedAt: timestampFromDate(row.changed_at),
    ...(row.completed_at === null
      ? {}
      : {
          completedAt: timestampFromDate(row.completed_at),
          expiresAt: timestampFromMs(row.completed_at.getTime() + keptMs),
        }),
  };
}
