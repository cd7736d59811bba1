import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { beginExport as begin } from "#core/adapters/postgres/exports/begin-export.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireService } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { exportMessage } from "./export-message.ts";
import { tokenFor } from "./token-for.ts";

/**
 * Gives an export to an exporter. The message alone does not: who may write a queue may not therefore read an agency's customers, so there
 * must be a row, and the row is written by a user of the agency.
 */
export const beginExport =
  ({ database, exportTokens }: ApiDeps): ServiceImpl<typeof ExportWorkerService>["beginExport"] =>
  async ({ agencyId, idempotencyKey, worker }, context) => {
    requireService(context, "exporter");
    const row = await database.withAgency(agencyId, (tx) => begin(tx, { agencyId, idempotencyKey, worker }));
    if (row === undefined) throw notFound("export", idempotencyKey, "idempotency_key");
    if (row.state === "completed") return { export: exportMessage(row) };
    return {
      export: exportMessage(row),
      attempt: row.attempt,
      checkpoint: row.checkpoint ?? new Uint8Array(),
      checkpointAttempt: row.checkpoint_attempt,
      token: tokenFor(exportTokens, row),
    };
  };
