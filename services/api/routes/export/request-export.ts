import { toJson } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import {
  type ExportService,
  type ExportSpec,
  ExportSpecSchema,
  RequestExportRequestSchema,
} from "#gen/fanfare/api/v1/export_pb.js";
import { ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { insertExport } from "#core/adapters/postgres/exports/insert-export.ts";
import { readExport } from "#core/adapters/postgres/exports/read-export.ts";
import { once } from "#core/adapters/postgres/idempotency/remember.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import type { ApiDeps } from "../../deps.ts";
import { publishSoon } from "../../publish-soon.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail } from "../../rpc/fail.ts";
import { hashOf } from "../../rpc/request-hash.ts";
import { exportMessage } from "./export-message.ts";
import { exportOrder } from "./export-order.ts";

/** Accepts an export: one transaction writes key, row and outbox row; the exporter does the rest in its own time. */
export const requestExport =
  (deps: ApiDeps): ServiceImpl<typeof ExportService>["requestExport"] =>
  async (request, context) => {
    const { agencyId, userId } = requireRole(context, "sender");
    if (deps.config.exporterKey === undefined) throw notSetUp();
    const { idempotencyKey } = request;
    // Required by the contract.
    const spec = request.spec!;
    requireOwnFilters(spec);
    const requestHash = hashOf(RequestExportRequestSchema, request);
    const key = { agencyId, scope: "request_export", key: idempotencyKey, requestHash };
    const accepted = await deps.database.withAgency(agencyId, async (tx) => {
      const { result, replayed } = await once(tx, key, () =>
        insertExport(tx, { agencyId, userId, idempotencyKey, spec: toJson(ExportSpecSchema, spec) }),
      );
      const row = await readExport(tx, agencyId, result);
      if (row === undefined) throw new Error(`export ${result} of a known key is gone`);
      if (replayed) return { row, replayed };
      const message = exportOrder(row, deps.nowMs());
      return { row, replayed, publish: { id: await announce(tx, agencyId, message), message } };
    });
    if (accepted.publish !== undefined) publishSoon(deps, [accepted.publish]);
    return { export: exportMessage(accepted.row), replayed: accepted.replayed };
  };

// A filter that belongs to another subject would be ignored, and the file would hold more than was meant.
const filters: readonly [
  field: "blastId" | "state" | "reason" | "listId" | "search" | "customerId",
  ExportSubject,
][] = [
  ["blastId", ExportSubject.DELIVERIES],
  ["state", ExportSubject.DELIVERIES],
  ["reason", ExportSubject.DELIVERIES],
  ["listId", ExportSubject.CUSTOMERS],
  ["search", ExportSubject.CUSTOMERS],
  ["customerId", ExportSubject.ACTIVITIES],
];

function requireOwnFilters(spec: ExportSpec): void {
  for (const [field, subject] of filters) {
    if (!spec[field] || spec.subject === subject) continue;
    const name = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    throw fail(Code.InvalidArgument, {
      reason: "foreign_filter",
      message: `The filter ${name} is none of ${ExportSubject[spec.subject]?.toLowerCase()}.`,
      field: `spec.${name}`,
      hint: `Leave it empty, or export ${ExportSubject[subject]?.toLowerCase()}.`,
    });
  }
}

function notSetUp(): Error {
  return fail(Code.FailedPrecondition, {
    reason: "exports_not_set_up",
    message: "This installation has no exporter.",
    hint: "Set FANFARE_EXPORTER_KEY and FANFARE_EXPORT_STORE for the api and run services/exporter.",
  });
}
