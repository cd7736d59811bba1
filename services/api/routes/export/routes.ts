import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportService, ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { beginExport } from "./begin-export.ts";
import { completeExport } from "./complete-export.ts";
import { downloadExport } from "./download-export.ts";
import { failExport } from "./fail-export.ts";
import { getExport } from "./get-export.ts";
import { listExports } from "./list-exports.ts";
import { reportExport } from "./report-export.ts";
import { requestExport } from "./request-export.ts";
import { reviveExports } from "./revive-exports.ts";

/** All RPCs of ExportService. */
export const exportRoutes = (deps: ApiDeps): ServiceImpl<typeof ExportService> => ({
  requestExport: requestExport(deps),
  getExport: getExport(deps),
  listExports: listExports(deps),
  downloadExport: downloadExport(deps),
});

/** All RPCs of ExportWorkerService. */
export const exportWorkerRoutes = (deps: ApiDeps): ServiceImpl<typeof ExportWorkerService> => ({
  beginExport: beginExport(deps),
  reportExport: reportExport(deps),
  completeExport: completeExport(deps),
  failExport: failExport(deps),
  reviveExports: reviveExports(deps),
});
