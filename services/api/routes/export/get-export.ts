import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportService } from "#gen/fanfare/api/v1/export_pb.js";
import { readExport } from "#core/adapters/postgres/exports/read-export.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { exportMessage } from "./export-message.ts";

/** One export, with how far it is. */
export const getExport =
  ({ database }: ApiDeps): ServiceImpl<typeof ExportService>["getExport"] =>
  async ({ exportId }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const row = await database.withAgency(agencyId, (tx) => readExport(tx, agencyId, exportId));
    if (row === undefined) throw notFound("export", exportId, "export_id");
    return { export: exportMessage(row) };
  };
