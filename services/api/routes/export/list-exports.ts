import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportService } from "#gen/fanfare/api/v1/export_pb.js";
import { listExports as list } from "#core/adapters/postgres/exports/list-exports.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { exportMessage } from "./export-message.ts";

/** A page of exports, newest first. */
export const listExports =
  ({ database }: ApiDeps): ServiceImpl<typeof ExportService>["listExports"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const found = await database.withAgency(agencyId, (tx) =>
      list(tx, { agencyId, beforeId: after, limit: size + 1 }),
    );
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { exports: rows.map(exportMessage), page };
  };
