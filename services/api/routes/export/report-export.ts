import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { reportExport as report } from "#core/adapters/postgres/exports/move-export.ts";
import { readExport } from "#core/adapters/postgres/exports/read-export.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireService } from "../../rpc/caller.ts";
import { takenOver, tokenFor } from "./token-for.ts";

/** Remembers a checkpoint and lets the exporter read on. */
export const reportExport =
  ({ database, exportTokens }: ApiDeps): ServiceImpl<typeof ExportWorkerService>["reportExport"] =>
  async ({ agencyId, exportId, attempt, rows, bytes, checkpoint }, context) => {
    requireService(context, "exporter");
    const row = await database.withAgency(agencyId, async (tx) => {
      const progress = { rows: Number(rows), bytes: Number(bytes), checkpoint };
      const kept = await report(tx, { agencyId, exportId, attempt }, progress);
      return kept ? readExport(tx, agencyId, exportId) : undefined;
    });
    if (row === undefined) throw takenOver(exportId, attempt);
    return { token: tokenFor(exportTokens, row) };
  };
